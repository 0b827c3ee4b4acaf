/** Questions that the pages suggest to the demo model: in English in every language, because it knows no other. */
export const demoPrompts = {
  explain: 'Explain recursion with a simple example',
  write: 'Write an email that politely declines a meeting',
  plan: 'Plan a three-day trip to Tainan',
  code: 'Average a CSV column with Python',
}

export const demoExample = 'Write a long introduction to the oceans, in ten paragraphs.'
