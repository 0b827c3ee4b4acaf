import { expect, test, vi } from 'vitest'
import { growBlocks, splitBlocks } from '@/markdown/markdown-blocks'
import { answerHtml } from '@/test/answer-html'

vi.setConfig({ testTimeout: 300_000 })

const ANSWERS = 200
const CUTS_OF_EACH = 10

const SPANS = [
  '**bold** text', '含**「重點」**內容', '*emphasis* here', '***both*** kinds', '`a * b`', '``a`b``', '~~old~~ new',
  '[the docs](https://example.com/a_(b))', '[**bold** link](https://example.com)', 'https://example.com/docs。接著讀',
  'a note[^1]', '$x^2 + y_1$', '\\(a*b\\)', '`$HOME`', 'it is $5 to $10', 'H<sub>2</sub>O', '<kbd>Ctrl</kbd>+C', 'a<br>b',
  '<mark>重點</mark>', '2 * 3 = 6', 'snake_case_name', '**重點：**說明', '前**《書名》**後', '_under_ score', '__strong__',
  '5 < 6 and 7 > 2', '![a picture](https://example.com/a.png)', '**`code` in bold**', 'a\\*b', '中文，沒有標記。',
  '售價 $100，優惠價 80$。', '$3xy + 1$', '面積是$\\pi r^2$。', '見[1]https://example.com/x。', '\\(options\\)', '\\[C++\\]',
  'x &lt; y&nbsp;z', 'AT&T is', '[docs][ref]', '[a b](<https://example.com/a b>)', '[title](https://example.com (T))',
] // prettier-ignore
const BLOCKS: ((span: () => string) => string)[] = [
  (span) => `${span()}, ${span()} and ${span()}.`,
  (span) => `${span()}，${span()}。\n${span()}`,
  (span) => `## ${span()}`,
  (span) => `- ${span()}\n- ${span()}\n  - ${span()}\n- ${span()}`,
  (span) => `1. ${span()}\n2. ${span()}\n\n   ${span()}`,
  (span) => `* **重點：**${span()}\n* ${span()}`,
  (span) => `- [ ] ${span()}\n- [x] ${span()}`,
  (span) => `> ${span()}\n> ${span()}`,
  (span) => `| 步驟 | b |\n|---|:-:|\n| ${span()} | ${span()} |\n| c | ${span()} |`,
  () => '```python\ndef f(a, *b):\n    return a ** 2\n\nprint("`x`")\n```',
  () => '1. 步驟\n\n   ```sh\n   ls *\n   ```\n2. b',
  () => '$$\n\\frac{a}{b} * c\n$$',
  () => '- a\n  \\[ x = 1 \\]\n- b',
  (span) => `<details>\n<summary>更多 **b**</summary>\n\n${span()}\n\n- a\n- b\n\n</details>`,
  () => '---',
  () => '```markdown\n# T\n\n```js\nx\n```\n\n- a\n```',
  () => '~~~\na\n```\n~~~',
  () => '[^1]: The *note*.',
  (span) => `甲 | b\n--- | ---\n${span()} | 2`,
] // prettier-ignore

/** Numbers from 0 to below `limit`, the same in every run (mulberry32). */
function numbersFrom(seed: number): (limit: number) => number {
  let state = seed
  return (limit) => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) % limit
  }
}

function writeAnswer(random: (limit: number) => number): string {
  const span = () => SPANS[random(SPANS.length)] ?? ''
  const count = 2 + random(4)
  const text = Array.from({ length: count }, () => BLOCKS[random(BLOCKS.length)]?.(span) ?? '').join('\n\n')
  return text.includes('[ref]') ? `${text}\n\n[ref]: https://example.com/reference` : text
}

const ENTITIES: Readonly<Record<string, string>> = {
  lt: '<',
  gt: '>',
  quot: '"',
  amp: '&',
  nbsp: ' ',
  '#x27': "'",
}

/** What can be read, without blanks. */
function visibleText(html: string): string {
  return html
    .replace(/<figcaption.*?<\/figcaption>/gs, '')
    .replace(/<[^<>]*>/g, '')
    .replace(/&(#x27|\w+);/g, (entity, name: string) => ENTITIES[name] ?? entity)
    .replace(/\s/g, '')
}

/** The link back from a note. */
const BACK = '↩'
const MARK = /[*_~`[\]()<>$\\|#!:^\-=+.\d/]/
const ONLY_MARKS = new RegExp(`^${MARK.source}*$`)

/**
 * What the whole shows after the state. Null if the state shows what vanishes later: its characters must come in this order in
 * the whole, and what is between them are marks that the state hides until they are known to be text.
 */
function restAfter(state: string, whole: string): string | null {
  let at = 0
  for (const character of state) {
    while (at < whole.length && !whole.startsWith(character, at)) {
      if (!MARK.test(whole.charAt(at))) return null
      at += 1
    }
    if (at >= whole.length) return null
    at += character.length
  }
  return whole.slice(at)
}

/** The text, and the notes below it, whose place moves while the text grows. */
function partsOf(html: string): [string, string] {
  const notes = /<section data-footnotes.*<\/section>/s.exec(html)?.[0] ?? ''
  return [visibleText(html.replace(notes, '')), visibleText(notes).replaceAll(BACK, '')]
}

test('no state of an answer shows what vanishes later, and the last is the whole', () => {
  const random = numbersFrom(14)
  const faults: string[] = []
  for (let count = 0; count < ANSWERS; count += 1) {
    const answer = writeAnswer(random)
    const [whole, allNotes] = partsOf(answerHtml(answer, false))
    const lengths = Array.from({ length: CUTS_OF_EACH - 1 }, () => 1 + random(answer.length)).toSorted(
      (one, other) => one - other,
    )
    let blocks = splitBlocks('')
    for (const length of [...lengths, answer.length]) {
      const text = answer.slice(0, length)
      blocks = growBlocks(blocks, text)
      expect(blocks).toEqual(splitBlocks(text))
      const [state, notes] = partsOf(answerHtml(text, true))
      const rest = restAfter(state, whole)
      const isMissed = length === answer.length && rest !== null && !ONLY_MARKS.test(rest)
      if (rest === null || isMissed || restAfter(notes, allNotes) === null)
        faults.push(`${JSON.stringify(text.slice(-70))}\n    shows ${state.slice(-60)}`)
    }
  }
  expect(faults).toEqual([])
})
