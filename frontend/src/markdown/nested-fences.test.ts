// @vitest-environment node
import { describe, expect, test } from 'vitest'
import { splitBlocks } from '@/markdown/markdown-blocks'
import { mendTail } from '@/markdown/mend-tail'
import { nestFences } from '@/markdown/nested-fences'

const FILE = '```markdown\n# Title\n\n```js\nx\n```\n\ntext\n\n```sh\ny\n```\n```\n\nAfter'

describe('a Markdown file in a fence', () => {
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
  ])('%s is one block', (_name, text, expected) => {
    expect(nestFences(text, false)).toBe(expected)
  })

  test.each([
    ['without code blocks', '```markdown\n# Title\n```\n\n```js\nx\n```'],
    ['whose fence is long enough', '````markdown\n```js\nx\n```\n````\n\n```js\nx\n```'],
    ['without its own end', '```markdown\n# Title\n```js\nx\n```\n\nText\n\n```js\ny\n```'],
    ['that is not named so', '```text\n```js\nx\n```\n```'],
    ['in code', '````text\n```md\n```js\n```\n```\n````'],
  ])('%s stays as it is', (_name, text) => {
    expect(nestFences(text, false)).toBe(text)
  })

  test('is one block in every state, from the first code block on', () => {
    const whole = FILE.slice(0, FILE.indexOf('\n\nAfter'))
    for (let length = '```markdown\n'.length; length <= whole.length; length += 1) {
      const [block = '', ...more] = splitBlocks(nestFences(whole.slice(0, length), true))
      expect(more).toEqual([])
      const code = mendTail(block).replace(/^`+markdown\n/, '')
      const written = FILE.slice('```markdown\n'.length)
      expect(written.startsWith(code.replace(/\n`{4}$/, ''))).toBe(true)
    }
  })
})
