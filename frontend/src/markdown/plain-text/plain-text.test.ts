// @vitest-environment node
import { expect, test } from 'vitest'
import { markdownToText } from '@/markdown/plain-text/plain-text'

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
  ['a details element', '<details open>\n<summary>T</summary>\n\na\n</details>', 'T\n\na'],
  ['HTML in a table', '| a |\n|---|\n| b<br>c |', 'a\nb c'],
  ['lists', '- one\n  - two\n1. three', '- one\n  - two\n1. three'],
  ['escapes', '1\\. not a list \\*', '1. not a list *'],
  ['escaped marks', '\\*a\\* and \\[1\\]', '*a* and [1]'],
  [
    'formulas',
    'so \\(a_1*b*c\\), $x_1 * y_2$\n\n\\[\nx\n\\]',
    'so \\(a_1*b*c\\), $x_1 * y_2$\n\n\\[\nx\n\\]',
  ],
  ['code in other marks', '**`a*b`** [the `x`](https://example.com)', 'a*b the x'],
  ['bars in a table', '| a |\n|---|\n| `x\\|y` $\\|v\\|$ |', 'a\nx|y $\\|v\\|$'],
  ['links whose labels have brackets', '[[1]](https://example.com) [![a](b)](c)', '[1] a'],
  ['URLs', '<https://example.com/a_b_c>, <a@example.com>', 'https://example.com/a_b_c, a@example.com'],
  ['entities', '&lt;br&gt; &amp; b', '<br> & b'],
  ['emphasis over two lines', '**粗\n體**', '粗\n體'],
  ['a star in each of two items', '- a *b\n- c* d', '- a *b\n- c* d'],
  ['breaks with backslashes', 'a\\\nb', 'a\nb'],
  ['underlined headings', 'Title\n===\n\na\n\n---\n\n# b #', 'Title\n\na\n\n---\n\nb'],
  [
    'code in an item',
    '1. a\n   ```js\n   b * c * d\n   ```\n2. ```js\n   e\n   ```',
    '1. a\n   b * c * d\n2.\n   e',
  ],
  [
    'code and tables in a quotation',
    '> ```\n> a * b\n> ```\n> | a | b |\n> |---|---|\n> | 1 | 2 |',
    'a * b\na\tb\n1\t2',
  ],
  ['中文', '**重點**：用 `List<String>`。', '重點：用 List<String>。'],
])('plain text keeps the words and lines of %s, without marks', (_name, markdown, text) => {
  expect(markdownToText(markdown)).toBe(text)
})
