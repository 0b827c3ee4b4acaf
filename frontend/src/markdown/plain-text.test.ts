// @vitest-environment node
import { expect, test } from 'vitest'
import { markdownToText } from '@/markdown/plain-text'

test.each([
  ['headings and quotations', '# Title\n\n> said\n> so', 'Title\n\nsaid\nso'],
  ['emphasis of all kinds', 'a **b** *c* ~~d~~ __e__ _f_', 'a b c d e f'],
  [
    'asterisks and underscores without emphasis',
    '2 * 3 * 4 and snake_case_name',
    '2 * 3 * 4 and snake_case_name',
  ],
  ['links and images', '[site](https://example.com "t") ![alt](x.png)', 'site alt'],
  [
    'code',
    'Use `a * b` here\n\n```python\n# not a heading\n**kwargs\n```\nEnd',
    'Use a * b here\n\n# not a heading\n**kwargs\nEnd',
  ],
  ['a fence in a fence', '````\n```\ninner\n```\n````', '```\ninner\n```'],
  ['a table', '| a | b |\n|---|--:|\n| 1 | **2** |', 'a\tb\n1\t2'],
  ['a table without outer bars', 'a | $|x|$\n--- | ---\n**1** | 2', 'a\t$|x|$\n1\t2'],
  ['allowed HTML', 'H<sub>2</sub>O<br>`<br>` <a id="a">b</a>', 'H2O\n<br> <a id="a">b</a>'],
  ['a fold', '<details open>\n<summary>T</summary>\n\na\n</details>', 'T\n\na'],
  ['HTML in a table', '| a |\n|---|\n| b<br>c |', 'a\nb c'],
  ['lists', '- one\n  - two\n1. three', '- one\n  - two\n1. three'],
  ['escapes', '1\\. not a list \\*', '1. not a list *'],
  ['中文', '**重點**：用 `List<String>`。', '重點：用 List<String>。'],
])('plain text keeps the words and lines of %s, without marks', (_name, markdown, text) => {
  expect(markdownToText(markdown)).toBe(text)
})
