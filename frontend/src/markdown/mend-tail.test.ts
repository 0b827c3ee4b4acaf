// @vitest-environment node
import { describe, expect, test } from 'vitest'
import { mendTail } from '@/markdown/mend-tail'

describe('unfinished Markdown syntax at the end', () => {
  test.each([
    ['A **bold', 'A **bold**'],
    ['A **bold** and', 'A **bold** and'],
    ['A **', 'A '],
    ['An *emph', 'An *emph*'],
    ['2 * 3 = ', '2 * 3 = '],
    ['Some `code', 'Some `code`'],
    ['Some `a * b` and **c', 'Some `a * b` and **c**'],
    ['A ~~strike', 'A ~~strike~~'],
    ['See [the docs](https://exa', 'See [the docs]()'],
    ['See [the docs](https://example.com)', 'See [the docs](https://example.com)'],
    ['Text\n-', 'Text'],
    ['- one\n-', '- one'],
    ['1. one\n2', '1. one'],
    ['Text\n\n#', 'Text\n'],
    ['Text\n``', 'Text'],
    ['```js\nconst a = b ** c', '```js\nconst a = b ** c'],
    ['H<su', 'H'],
    ['a\\*b', 'a\\*b'],
    ['a\\', 'a'],
    ['Some ``a`b`` and **c', 'Some ``a`b`` and **c**'],
    ['Some ``a`b', 'Some ``a`b``'],
    ['1. a\n   ```sh\n   ls *\n   ```\n2. b', '1. a\n   ```sh\n   ls *\n   ```\n2. b'],
    ['so \\(a*b\\)', 'so \\(a*b\\)'],
    ['so \\(a*', 'so '],
    ['See ![a](https://exa', 'See '],
    ['- a\n  ```js\n  x\n  ``', '- a\n  ```js\n  x'],
    ['```js\nx\n```', '```js\nx\n```'],
    ['* one\n* two **b', '* one\n* two **b**'],
    ['_under', '_under_'],
    ['__strong_', '__strong__'],
    ['snake_case', 'snake_case'],
    ['**`code', '**`code`**'],
    ['**重點：**[**bold** li', '**重點：**[**bold** li]()'],
    ['[**bold', '[**bold**]()'],
    ['> a\n> **b', '> a\n> **b**'],
    ['## **b', '## **b**'],
    ['- [ ] [', ''],
    ['- [x', ''],
    ['A note[^1', 'A note'],
    ['$$\n\\frac{a}', ''],
    ['a $$ place **to', 'a $$ place **to**'],
    ['so $$x + y', 'so '],
    ['so $x^2 +', 'so '],
    ['it is $', 'it is '],
    ['it is $5', 'it is '],
    ['it is $5,', 'it is $5,'],
    ['run \\(options\\)', 'run \\(options\\)'],
    ['the \\[C++\\]', 'the \\[C++\\]'],
    ['it is $10/', 'it is $10/'],
    ['it is $5 = 160', 'it is $5 = 160'],
    ['so $2^n', 'so '],
    ['so $3xy + 1', 'so '],
    ['it is $5k t', 'it is $5k t'],
    ['面積是$\\pi r', '面積是'],
    ['運費$5，約', '運費$5，約'],
    ['it is $5 to go', 'it is $5 to go'],
    ['it is $5 to $10, **and', 'it is $5 to $10, **and**'],
    ['a &', 'a '],
    ['a &nbsp', 'a '],
    ['a &#x2', 'a '],
    ['a & b', 'a & b'],
    ['AT&T,', 'AT&T,'],
    ['https://a.example/?b&c', 'https://a.example/?b&c'],
    ['See [the docs](<https://example.com/a b', 'See [the docs]()'],
    ['See [the docs](a (ti', 'See [the docs]()'],
    ['See [the docs][1', 'See [the docs]()'],
    ['a | b', 'a'],
    ['a | b\n', 'a'],
    ['a | b\n--- |', 'a'],
    ['a\n\n[ref]: ', 'a\n'],
    ['a | b\n--- | ---', 'a | b\n--- | ---'],
    ['a | b\n--- | ---\n1 | 2', 'a | b\n--- | ---\n1 | 2'],
    ['a | b\nc', 'a | b\nc'],
    ['so $|x|$ and `a | b` or \\|', 'so $|x|$ and `a | b` or \\|'],
    ['| a | b |\n|---|---|\n| $|x', '| a | b |\n|---|---|\n| '],
    ['| a | b |\n|---|---|\n| $5 | **x', '| a | b |\n|---|---|\n| $5 | **x**'],
    ['| a | $|x|$ |\n|---|---|', '| a | $|x|$ |\n|---|---|'],
    ['a\n\n[the docs]: ', 'a\n'],
    ['a\n\n[ref]: https://example.com "The ti', 'a\n\n[ref]: https://example.com'],
    ['<div>\n  a **b', '<div>\n  a **b'],
    ['<div>a</div>\n</detai', '<div>a</div>\n'],
    ['<!-- a **b', '<!-- a **b'],
    ['<x-y>\na [b', '<x-y>\na [b'],
    ['a <x-y> **b', 'a <x-y> **b**'],
    ['    a **b', '    a **b'],
    ['    a\n\nc **b', '    a\n\nc **b**'],
    ['`` ` ', '`` ` ``'],
    ['> ```js\n> a **b', '> ```js\n> a **b'],
    ['- > ```js\n  > a **b\n  ', '- > ```js\n  > a **b\n  '],
    ['> ```js\n> a **b\n> ``', '> ```js\n> a **b'],
    ['> ```js\n> a\n\nb **c', '> ```js\n> a\n\nb **c**'],
    ['- > a **b', '- > a **b**'],
    ['<https://exa', 'https://exa'],
    ['~~~\na\n```\n~~~\n\n---', '~~~\na\n```\n~~~\n'],
  ])('%j is shown as %j', (text, shown) => {
    expect(mendTail(text)).toBe(shown)
  })
})

describe('a table', () => {
  test('is hidden until its second line is complete', () => {
    expect(mendTail('| a | b |')).toBe('')
    expect(mendTail('| a | b |\n')).toBe('')
    expect(mendTail('| a | b |\n| -')).toBe('')
    expect(mendTail('| a | b |\n| --- |')).toBe('')
  })

  test('is shown once its second line is complete', () => {
    const head = '| a | b |\n| --- | --- |'
    expect(mendTail(head)).toBe(head)
    expect(mendTail(`${head}\n| **x`)).toBe(`${head}\n| **x**`)
  })
})
