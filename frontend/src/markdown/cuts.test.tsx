import { expect, test, vi } from 'vitest'
import { growBlocks, splitBlocks } from '@/markdown/syntax/markdown-blocks'
import { answerHtml } from '@/test/answer-html'

vi.setConfig({ testTimeout: 300_000 })

const ANSWERS = 200
const CUTS_OF_EACH = 10

const SPANS = [
  '**bold** text', '含**「重點」**內容', '*emphasis* here', '***both*** kinds', '`a * b`', '``a`b``', '~~old~~ new',
  '[the docs](https://example.com/a_(b))', '[**bold** link](https://example.com)', 'https://example.com/docs。接著讀',
  'a note[^1]', '$x^2 + y_1$', '\\(a*b\\)', '`$HOME`', 'it is $5 to $10', 'H<sub>2</sub>O', '<kbd>Ctrl</kbd>+C', 'a<br>b',
  '<mark>重點</mark>', '2 * 3 = 6', 'snake_case_name', '**重點：**說明', '前**《書名》**後', '_under_ score', '__strong__',
  '5 < 6 and 7 > 2', '![an image](https://example.com/a.png)', '**`code` in bold**', 'a\\*b', '中文，沒有標記。',
  '售價 $100，優惠價 80$。', '$3xy + 1$', '面積是$\\pi r^2$。', '見[1]https://example.com/x。', '\\(options\\)', '\\[C++\\]',
  'AT&T is', 'x &lt; y&nbsp;z', '&copy; 2026', 'a &amp;&amp; b', '`&lt;`', '&#8364;5', '&unknown; a',
  '[docs][ref]', '[docs]', '[the docs]', '見[文件]，', '[`Vec`]', '[the `code`][ref]', '[Docs][]', 'in [1][2] and [3].',
  '[a b](<https://example.com/a b>)', '[title](https://example.com (T))', '[t](<https://example.com/a (b)> "T")',
  'one[^note] and two[^1]', '<https://example.com/a>', 'me@example.com', 'www.example.com，好', '**https://example.com**，',
  'مرحبا **بالعالم**!', 'نص `code` وhttps://example.com/a', 'שלום *עולם* (English)', 'English with مرحبا inside.',
  '$P(A|B)$', '$|x|$', '\\(|x|\\)', '$\\left|x\\right|$', '$\\ce{H2O}$', '\\ce{CO2}', '是\\pu{5 mol}。', 'the $n$th', 'US$5 and $6.50', '$HOME/bin',
  '<b>a **b**</b>', '<u>底線</u>', '<ins>a</ins><del>b</del>', 'x<sup>n</sup>', '<small>c</small>', '<i>d</i> <em>e</em>',
  'List<String> a', '<div>a</div>', 'a <!-- c --> b', '**粗**和*斜*', '日本語の**「強調」**です', '한국어 **강조**입니다', 'Это **важно**.',
  'a  \nb', '`` ` ``', '\\[1\\]', '\\`a\\`', '1\\. a', '#tag and C#', '~5 or 10~20', 'a_b_c and *a*b', '[x] and [ ]', 'a[0] = b[i]',
  '[[1]](https://example.com/a)', '[見 [docs](https://example.com) 好]', 'so[^1]: a', '$1<x<2$', '$3.14$ is', '$ABC$', '$sin(x)$',
  'http://localhost:8000，好', '**https://example.com/a**接著', '(https://example.com/a)和', 'https://example.com/a—**好**', '($), ($$) and ($$$)', '$5, or 6$', 'dp\\[i+1\\]', '`a \\| b`',
  '**สำคัญ:**ข้อความ', '**ملاحظة:**نص', 'ה**"מילה"**הזאת', '**Важно:**текст', '**중요:**내용', '**नोट।**यह', '**Note:**text', '~~old:~~new', '前__「底」__後',
  '[two\nlines](https://example.com/a)', '[https://example.com/a](https://example.com/a)', '[www.example.com](https://example.com)，', '[a]( https://example.com/a )',
  '<alice@example.com>', 'by <bob@example.com>，', 'if i<n and', '&lt;https://example.com/a&gt;', '[a](https://example.com)https://example.com/b。', 'https://[::1]:8080/a，',
  '$1/2$', '$3/4 + x$', '$5/month', '$5-10 per day', '$5 = x$', '*two\nlines* here', 'https://example.com就好',
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
  (span) => `- a\n  > ${span()}\n\n> - ${span()}\n>   ${span()}`,
  (span) => `| 步驟 | b |\n|---|:-:|\n| ${cell(span)} | ${cell(span)} |\n| c | ${cell(span)} |`,
  (span) => `甲 | b\n--- | ---\n${cell(span)} | 2\n${cell(span)} | ${cell(span)}`,
  (span) => `| $|x|$ | b |\n|---|---|\n| ${cell(span)} | $|y| + 1$ |`,
  (span) => `$|x|$ | ${cell(span)} | c\n:-- | --: | ---\n1 | $P(A | B)$ | $5`,
  () => '```python\ndef f(a, *b):\n    return a ** 2\n\nprint("`x`")\n```',
  () => '1. 步驟\n\n   ```sh\n   ls *\n   ```\n2. b',
  () => '> ```js\n> a ** b\n> ```',
  () => '- > ```js\n  > a ** b\n  > ```',
  () => '$$\n\\frac{a}{b} * c\n$$',
  () => '- a\n  \\[ x = 1 \\]\n- b',
  () => '- > \\[x=1\\]\n  > b',
  () => '\\[\n\\int_0^1 |x| \\, dx\n\\]',
  (span) => `<details>\n<summary>更多 **b**</summary>\n\n${span()}\n\n- a\n- b\n\n</details>`,
  (span) => `<details open>\n<summary>S</summary>\n${span()}\n</details>`,
  (span) => `> [!NOTE]\n> ${span()}`,
  (span) => `- > [!WARNING] ${span()}\n  > ${span()}`,
  () => '---',
  () => '```markdown\n# T\n\n```js\nx\n```\n\n- a\n```',
  () => '```md\n# T\n\n```\nnpm i\n```\n\nb\n```',
  () => '```text\n# T\n```js\nx\n```\n\n[a] **b**\n```',
  () => '~~~\na\n```\n~~~',
  () => '````md\n```js\nx\n```\n````',
  (span) => `${span()}\n===`,
  () => '    indented **code**',
  () => '<div>\n  <i>a *b*</i>\n</div>',
] // prettier-ignore
const DEFINITIONS: readonly [RegExp, string][] = [
  [/\[ref\]/, '[ref]: https://example.com/reference'],
  [/\[(?:docs|Docs)\]/, '[docs]: https://example.com/docs "The docs"'],
  [/\[the docs\]/, '[the docs]: <https://example.com/the docs>'],
  [/\[文件\]/, '[文件]: https://example.com/文件'],
  [/\[`Vec`\]/, "[`Vec`]: https://example.com/vec 'Vec'"],
  [/\[2\]/, '[2]: https://example.com/2'],
  [/\[\^1\]/, '[^1]: The *note*.'],
  [/\[\^note\]/, '[^note]: A **named** note.\n\n    Its second paragraph.'],
]

/** In a cell, a bar is escaped or part of a formula, and all is in one line. */
function cell(span: () => string): string {
  return span().replaceAll('\n', ' ')
}

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
  const definitions = DEFINITIONS.flatMap(([reference, definition]) =>
    reference.test(text) ? [definition] : [],
  )
  return [text, ...definitions].join('\n\n')
}

const ENTITIES: Readonly<Record<string, string>> = {
  lt: '<',
  gt: '>',
  quot: '"',
  amp: '&',
  nbsp: ' ',
  '#x27': "'",
}

/** The visible text, without blanks. */
function visibleText(html: string): string {
  return html
    .replace(/<figcaption.*?<\/figcaption>/gs, '')
    .replace(/<[^<>]*>/g, '')
    .replace(/&(#x27|\w+);/g, (entity, name: string) => ENTITIES[name] ?? entity)
    .replace(/\s/g, '')
}

/** The links back from a note. */
const BACK = /<a [^<>]*fnref[^<>]*>.*?<\/a>/gs
const MARK = /[*_~`[\]()<>$\\|#!:^\-=+.\d/]/
const ONLY_MARKS = new RegExp(`^${MARK.source}*$`)

/**
 * The text that the whole shows after the state. Null if the state shows text that vanishes later: its characters must
 * come in this order in the whole, and what is between them are marks that the state hides until they are known to be
 * text.
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

/** The text, and each note below it, which grows by itself. */
function partsOf(html: string): string[] {
  const notes = /<section data-footnotes.*<\/section>/s.exec(html)?.[0] ?? ''
  const items = notes.split(/<li id="note-/).slice(1)
  return [
    visibleText(html.replace(notes, '')),
    ...items.map((item) => visibleText(`<${item}`.replace(BACK, ''))),
  ]
}

test('no state of an answer shows what vanishes later, and the last is the whole', () => {
  const random = numbersFrom(14)
  const vanishing: string[] = []
  for (let count = 0; count < ANSWERS; count += 1) {
    const answer = writeAnswer(random)
    const [whole = '', ...allNotes] = partsOf(answerHtml(answer, false))
    const lengths = Array.from({ length: CUTS_OF_EACH - 1 }, () => 1 + random(answer.length)).toSorted(
      (one, other) => one - other,
    )
    let blocks = splitBlocks('')
    for (const length of [...lengths, answer.length]) {
      const text = answer.slice(0, length)
      blocks = growBlocks(blocks, text)
      expect(blocks).toEqual(splitBlocks(text))
      const [state = '', ...notes] = partsOf(answerHtml(text, true))
      const rest = restAfter(state, whole)
      const isMissed = length === answer.length && rest !== null && !ONLY_MARKS.test(rest)
      const hasOtherNote = notes.some((note, index) => restAfter(note, allNotes[index] ?? '') === null)
      if (rest === null || isMissed || hasOtherNote)
        vanishing.push(`${JSON.stringify(text.slice(-70))}\n    shows ${state.slice(-60)}`)
    }
  }
  expect(vanishing).toEqual([])
})
