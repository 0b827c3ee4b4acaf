// @vitest-environment node
import { describe, expect, test } from 'vitest'
import { plainText, takeSentences } from '@/lib/text/sentences'
import { endUrls } from '@/markdown/links/urls'
import { countAffordable, costOf, hasLongWord, isOverBudget } from '@/markdown/budget'
import { hasMath, normalizeMath } from '@/markdown/math/math'
import { endsInFence, growBlocks, splitBlocks } from '@/markdown/syntax/markdown-blocks'
import { mendTail } from '@/markdown/mending/mend-tail'
import { nestFences } from '@/markdown/syntax/nested-fences'
import { holdReferences } from '@/markdown/links/references'
import { markdownToText } from '@/markdown/plain-text/plain-text'

const MARKS = [
  '*', '_', '~~', '`', '[', ']', '(', ')', '!', '>', '#', '-', '+', '1.', '|', '$', '\\', '<', ':', '=',
] // prettier-ignore
const FILLERS = [' ', '  ', 'a', '\n', 'a\n', '\t', ' a']
const TRIPLES = [
  '-  ', '[](', '](', '![](', '\\[', '\\(', '\\[a', '$$a', '$a$ ', ' **a', '** a', '`a``', '- - ', '1. ', '> > ', '|-', '|-|\n', ':-',
  '[^a]', '[a]: ', 'https://a.b/)，', '[](a (', '```\n', '~~~~', '*_', '_*`[', '~~\n~~', '|a|\n|-|\n', '- ```\n', 'a.a!', '.\n', '。」', '$\\$', '](()', '```md\n', '```md\n```js\n', '```md\n```js\n```\n', '- ```md\n', '<br>', '<b', '<details>\n', '</details>', '<details open ',
  '|$', '$|', '$|a|$|', '\\(|', '|-|-|\n|$a|\n', 'a|b\n-|-\n', '[a] ', '![a][b]', '[a](b c)', '- > ', '> - ```\n', '```\n\na\n',
  '```a\n~~~a\n', '```a\n````\n', 'a:\n```\nb\n', '[`a`]', '[a]: <', '[a]: b "', '<div>\n</details>\n', '[^a][^b]', '「[a]」',
] // prettier-ignore

const PAIRS = MARKS.flatMap((first) => [...MARKS, ...FILLERS].map((second) => first + second))

const FUNCTIONS: Record<string, (text: string) => unknown> = {
  splitBlocks,
  endsInFence,
  isOverBudget,
  hasLongWord,
  hasMath,
  normalizeMath,
  mendTail,
  holdReferences,
  endUrls: (text) => endUrls(`https://a.b/c，${text}`),
  nestFences: (text) => nestFences(`\`\`\`md\n${text}`, true),
  markdownToText,
  plainText,
  takeSentences,
  costOf,
  growBlocks: (text) => growBlocks(splitBlocks(text.slice(0, -1)), text),
}

/** Node.js, which runs this test; the other types come from browsers. */
declare const process: { cpuUsage(before?: CpuUsage): CpuUsage }
interface CpuUsage {
  user: number
  system: number
}

/** 50 ms for 200,000 characters. */
const MAX_MS_PER_CHARACTER = 50 / 200_000
const FACTOR = 8
const ATTEMPTS = 6

/** The processor time of this process in milliseconds, which does not grow while other processes run. */
function timeOf(read: (text: string) => unknown, text: string) {
  const before = process.cpuUsage()
  read(text)
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1000
}

/** `text` and its beginning, in whole units. */
interface Case {
  text: string
  beginning: string
}

/**
 * Whether `read` is as fast as the limit. On a slow machine, it is enough that the time grows with the length: eight
 * times, where quadratic work grows 64 times.
 */
function isLinear(read: (text: string) => unknown, { text, beginning }: Case) {
  let whole = timeOf(read, text)
  let part = Infinity
  for (let attempt = 0; whole > text.length * MAX_MS_PER_CHARACTER; attempt += 1) {
    part = Math.min(part, timeOf(read, beginning))
    if (whole <= part * FACTOR * 3) break
    if (attempt === ATTEMPTS) return false
    whole = Math.min(whole, timeOf(read, text))
  }
  return true
}

function casesOf(unit: string, length: number): Case[] {
  const make = (size: number) => unit.repeat(Math.ceil(size / unit.length))
  const [text, beginning] = [make(length), make(length / FACTOR)]
  // With a mark in front and a letter behind, so that what repeats neither begins nor ends at an edge.
  return [
    { text, beginning },
    { text: `**a\n${text}\nz`, beginning: `**a\n${beginning}\nz` },
  ]
}

// At each length, a search of the rest of the text at each mark takes several times the limit.
describe.each(Object.entries(FUNCTIONS))('%s takes linear time', (_, read) => {
  test.each([
    ['single marks', MARKS, 60_000],
    ['typical attacks', TRIPLES, 16_000],
    ['pairs of marks', PAIRS, 8_000],
  ])(
    'for text that repeats %s',
    (_name, units, length) => {
      const slow = units.find((unit) => !casesOf(unit, length).every((text) => isLinear(read, text)))
      expect(slow).toBeUndefined()
    },
    60_000,
  )
})

describe('a block is shown as plain text', () => {
  test.each([
    ['deep quotations', '>'.repeat(5000)],
    ['deep lists', `text\n${'- '.repeat(60)}x`],
    ['deep numbered lists', '1. '.repeat(60)],
    ['emphasis', '*_'.repeat(10_000)],
    ['links', '[a]('.repeat(2_000)],
    ['emphasis in lines that only look like list items', `text\n${'     - *a _b *c\n'.repeat(2_000)}`],
    ['emphasis after a fence that is part of a paragraph', `text\n     \`\`\`\n${'*a _b '.repeat(2_000)}`],
    ['emphasis after a list item with a fence', `- \`\`\`\n${'*a _b '.repeat(2_000)}`],
    ['a long text', 'word '.repeat(30_000)],
    ['cells of a table', `${'|a'.repeat(1000)}\n${'|-'.repeat(1000)}\n${'x\n'.repeat(1000)}`],
    ['underlines of headings', 'a\n=\n'.repeat(8000)],
    ['processing instructions', '<?'.repeat(4000)],
    ['declarations', '<!A'.repeat(4000)],
    ['comments', '<!--'.repeat(4000)],
    ['short formulas', '\\(x\\)'.repeat(5000)],
  ])('if it has too many marks or is too long: %s', (_, block) => {
    expect(isOverBudget(block)).toBe(true)
  })

  test.each([
    ['a rule and nesting', `text\n\n${'-'.repeat(200)}\n\n> > > - 1. x`],
    ['a long list', '- **a**: _b_ and `c`\n'.repeat(500)],
    ['a long table', `| a | b | c |\n|---|---|---|\n${'| 1 | 2 | 3 |\n'.repeat(1000)}`],
    ['code', `\`\`\`js\n${'a[b] = c_d * e\n'.repeat(5_000)}`],
    ['code in a list item', `- a\n\n  \`\`\`js\n${'  a[b] = c_d * e\n'.repeat(1_000)}  \`\`\`\n`],
  ])('but not %s', (_, block) => {
    expect(isOverBudget(block)).toBe(false)
  })

  test('if the blocks before it have used up the budget of the answer', () => {
    const paragraph = `${'*a* '.repeat(400)}\n\n`
    expect(isOverBudget(paragraph)).toBe(false)
    const costs = splitBlocks(paragraph.repeat(100)).map(costOf)
    expect(countAffordable(costs)).toBe(25)
    expect(countAffordable([costOf(`\`\`\`\n${paragraph.repeat(100)}`), 1])).toBe(2)
  })
})

test.each([
  ['small formulas', '$\\frac{a}{b}$ '.repeat(100)],
  ['long formulas', `$$\n${"a'".repeat(800)}\n$$`],
  ['formulas in fences', `\`\`\`math\n${"a'".repeat(800)}\n\`\`\``],
])('an answer of very many %s is not drawn whole', (_, block) => {
  const costs = splitBlocks(`${block}\n\n`.repeat(300)).map(costOf)
  expect(countAffordable(costs)).toBeLessThan(50)
  expect(countAffordable(costs)).toBeGreaterThan(5)
})

test('a long answer about mathematics is drawn whole', () => {
  const paragraph = `${'Let $x$ be in $X$, so that $f(x)$ is defined there, by the theorem above. '.repeat(5)}\n\n`
  const costs = splitBlocks(paragraph.repeat(50)).map(costOf)
  expect(countAffordable(costs)).toBe(costs.length)
})

test('only words without a chance to break are long', () => {
  expect(hasLongWord('*_'.repeat(1_000))).toBe(true)
  expect(hasLongWord('word '.repeat(1_000))).toBe(false)
  expect(hasLongWord('床前明月光，'.repeat(1_000))).toBe(false)
})
