// @vitest-environment node
import { describe, expect, test } from 'vitest'
import { splitBlocks } from '@/markdown/syntax/markdown-blocks'
import { mendTail } from '@/markdown/mending/mend-tail'
import { nestFences } from '@/markdown/syntax/nested-fences'

const FILE = '```markdown\n# Title\n\n```js\nx\n```\n\ntext\n\n```sh\ny\n```\n```\n\nAfter'

const UNNAMED = '```md\n# T\n\n```\nnpm i\n```\n\nThen:\n```\nnpm run\n```\n```\n\nAfter'

describe('code blocks in a fence', () => {
  test.each([
    [
      'with code blocks',
      FILE,
      FILE.replace('```markdown', '````markdown').replace('```\n\nAfter', '````\n\nAfter'),
    ],
    ['of tildes', '~~~md\n~~~js\nx\n~~~\n~~~', '~~~~md\n~~~js\nx\n~~~\n~~~~'],
    [
      'in a list item',
      '- a\n  ```md\n  ```js\n  x\n  ```\n  ```\n- b',
      '- a\n  ````md\n  ```js\n  x\n  ```\n  ````\n- b',
    ],
    ['in a quotation', '> ```md\n> ```js\n> x\n> ```\n> ```\nb', '> ````md\n> ```js\n> x\n> ```\n> ````\nb'],
    [
      'with another in it',
      '```md\n```md\n```js\nx\n```\n```\n```\nb',
      '````md\n```md\n```js\nx\n```\n```\n````\nb',
    ],
    ['with a longer fence', '```md\n````js\nx\n````\n```', '`````md\n````js\nx\n````\n`````'],
    [
      'twice',
      '```md\n```js\n```\n```\n\n```md\n```js\n```\n```',
      '````md\n```js\n```\n````\n\n````md\n```js\n```\n````',
    ],
    ['in capitals', '```MD\n```js\nx\n```\n```', '````MD\n```js\nx\n```\n````'],
    ['in plain text', '```text\n```js\nx\n```\n```', '````text\n```js\nx\n```\n````'],
    ['in HTML', '```html\n<p>\n```js\nx\n```\n</p>\n```', '````html\n<p>\n```js\nx\n```\n</p>\n````'],
    ['without a name outside', '```\n# T\n```js\nx\n```\n```\nb', '````\n# T\n```js\nx\n```\n````\nb'],
    [
      'without a name inside',
      UNNAMED,
      UNNAMED.replace('```md', '````md').replace('```\n\nAfter', '````\n\nAfter'),
    ],
    [
      'that begins with one without a name',
      '```md\n```\nnpm i\n```\n```\nAfter',
      '````md\n```\nnpm i\n```\n````\nAfter',
    ],
    [
      'in a quotation in a list item',
      '- > ```md\n  > ```js\n  > x\n  > ```\n  > ```',
      '- > ````md\n  > ```js\n  > x\n  > ```\n  > ````',
    ],
  ])('%s is one block', (_name, text, expected) => {
    expect(nestFences(text, false)).toBe(expected)
  })

  test.each([
    ['without code blocks', '```markdown\n# Title\n```\n\n```js\nx\n```'],
    ['whose fence is long enough', '````markdown\n```js\nx\n```\n````\n\n```js\nx\n```'],
    ['without its own end', '```markdown\n# Title\n```js\nx\n```\n\nText\n\n```js\ny\n```'],
    ['before blocks without a name', '```md\n# T\n```\n\n```\na\n```\n\n```\nb\n```'],
    ['with a line that looks like a fence', '```text\n```js\n```\n\n```\na\n```'],
    ['of plain text, with one block that has no end', '```\n``` aaa\n```'],
    ['that ends below a blank line', '```python\nx\n\n```\nSo:\n\n```\nout\n```'],
    ['without an end before another', '```python\nx\n\n```js\ny\n```\n\nText'],
    ['in code', '````text\n```md\n```js\n```\n```\n````'],
    ['in thousands', '```md\n```js\nx\n```\n```\n'.repeat(1_000)],
  ])('%s stays as it is', (_name, text) => {
    expect(nestFences(text, false)).toBe(text)
  })

  test.each([FILE, FILE.replaceAll('markdown', 'text'), FILE.replaceAll('markdown', ' ')])(
    'are one block in every state, from the first one on: %j',
    (text) => {
      const whole = text.slice(0, text.indexOf('\n\nAfter'))
      const head = /^.*\n/.exec(text)?.[0] ?? ''
      for (let length = head.length; length <= whole.length; length += 1) {
        const [block = '', ...more] = splitBlocks(nestFences(whole.slice(0, length), true))
        expect(more).toEqual([])
        const code = mendTail(block).replace(/^`+[^`\n]*\n/, '')
        expect(text.slice(head.length).startsWith(code.replace(/\n`{4}$/, ''))).toBe(true)
      }
    },
  )
})
