import { render } from '@testing-library/react'
import { expect, test } from 'vitest'
import { AnswerText } from '@/components/chat/message/answer-text'
import MathMarkdown from '@/markdown/math-markdown'

async function levelsOf(text: string, isBeingWritten = false): Promise<string[]> {
  const view = render(<AnswerText text={text} isBeingWritten={isBeingWritten} />)
  await view.findByText('end')
  const headings = [...view.container.querySelectorAll('h1, h2, h3, h4, h5, h6')]
  return headings.map(
    (heading) => `${heading.tagName}:${heading.getAttribute('aria-level') ?? heading.tagName.slice(1)}`,
  )
}

test.each([
  ['### a\n\n### b', ['H3:2', 'H3:2']],
  ['# a\n\n## b\n\n# c', ['H1:2', 'H2:3', 'H1:2']],
  ['## a\n\n#### b\n\n##### c\n\n### d\n\n## e', ['H2:2', 'H4:3', 'H5:4', 'H3:3', 'H2:2']],
  ['#### a\n\n## b', ['H4:2', 'H2:2']],
  ['a\n===\n\n### b', ['H1:2', 'H3:3']],
  ['- #### a\n- b\n\n> ##### c', ['H4:2', 'H5:3']],
  ['```sh\n# no heading\n```\n\n#### a', ['H4:2']],
])('the headings of %j have the levels %j', async (text, levels) => {
  expect(await levelsOf(`${text}\n\nend`)).toEqual(levels)
})

test('the levels are the same while the answer is written', async () => {
  expect(await levelsOf('### a\n\n##### b\n\nend', true)).toEqual(['H3:2', 'H5:3'])
})

test('the heading of footnotes has the level of a section', async () => {
  expect(await levelsOf('# a[^1]\n\nend\n\n[^1]: n')).toEqual(['H1:2', 'H2:2'])
})

test('a block with formulas knows the headings before it', () => {
  const view = render(<MathMarkdown text="##### $x$" isBeingWritten={false} outline="3" />)
  expect(view.container.querySelector('h5')?.getAttribute('aria-level')).toBe('3')
})
