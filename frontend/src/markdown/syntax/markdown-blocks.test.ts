// @vitest-environment node
import { fromMarkdown } from 'mdast-util-from-markdown'
import { describe, expect, test } from 'vitest'
import { endsInFence, fencedCode, growBlocks, splitBlocks } from '@/markdown/syntax/markdown-blocks'

const SAMPLES: Record<string, string> = {
  paragraphs: 'One.\n\nTwo,\nstill two.\n\n\nThree.',
  'headings and rules': '# A\n\ntext\n\n## B\n\n---\n\ntext',
  'a fence with blank lines': 'Before\n\n```python\ndef a():\n\n    return 1\n```\n\nAfter',
  'a fence with a longer fence inside': '````md\n```js\n\nx\n```\n\n````\n\nAfter',
  'a tilde fence': '~~~\na\n\n```\n\nb\n~~~\n\nAfter',
  'an open fence': 'Text\n\n```js\nconst a = 1\n\nconst b',
  'a loose list': '1. one\n\n2. two\n\n   more of two\n\n3. three\n\nAfter',
  'nested lists': '- a\n  - b\n\n  - c\n- d\n\nAfter',
  'a fence inside a list': '1. Do this:\n\n   ```sh\n   ls\n\n   cd\n   ```\n\n2. Then that\n\nAfter',
  'a fence that its list item ends': '- a\n\n  ```js\n  x\n\nAfter\n\n```js\ny\n\nz\n```\n\nEnd',
  'indented code': 'Text\n\n    a\n\n    b\n\nText',
  'a quotation': '> a\n> b\n\n> c\n\nText',
  'a table': 'Text\n\n| a | b |\n| --- | --- |\n| 1 | 2 |\n\nText',
  'html text': '<details>\n\ninside\n\n</details>\n\nText',
  'a fence in a paragraph': 'Text\n```js\na\n\nb\n```\nText\n\nMore',
}

describe.each(Object.entries(SAMPLES))('the blocks of %s', (_, text) => {
  test('joined equal the text, at every length', () => {
    for (let length = 0; length <= text.length; length += 1) {
      const part = text.slice(0, length)
      expect(splitBlocks(part).join('')).toBe(part)
    }
  })

  test('parsed one by one equal the parsed whole', () => {
    const whole = fromMarkdown(text).children.map(({ type }) => type)
    const byBlock = splitBlocks(text).flatMap((block) => fromMarkdown(block).children.map(({ type }) => type))
    expect(byBlock).toEqual(whole)
  })
})

test('completed blocks do not change while text is added', () => {
  const text = Object.values(SAMPLES).join('\n\n')
  let before: string[] = []
  for (let length = 0; length <= text.length; length += 7) {
    const blocks = splitBlocks(text.slice(0, length))
    const done = before.slice(0, -1)
    expect(blocks.slice(0, done.length)).toEqual(done)
    before = blocks
  }
  expect(before.length).toBeGreaterThan(20)
})

test('growing the blocks of a shorter text gives the same blocks as splitting the whole', () => {
  const text = [...Object.values(SAMPLES), 'See [this].\n\n[this]: https://example.com'].join('\n\n')
  let blocks: string[] = []
  for (let length = 0; length <= text.length; length += 7) {
    blocks = growBlocks(blocks, text.slice(0, length))
    expect(blocks).toEqual(splitBlocks(text.slice(0, length)))
  }
})

test('a text that does not begin with the blocks before is split from the start', () => {
  expect(growBlocks(['First.\n\n', 'Second.'], 'Another text.')).toEqual(['Another text.'])
})

test.each([
  'See [this].\n\nMore.\n\n[this]: https://example.com',
  'See [a].\n\nMore.\n\n> [a]: /b',
  'See [a\\]].\n\n[a\\]]: /b',
])('a text with a link definition stays one block: %j', (text) => {
  expect(splitBlocks(text)).toEqual([text])
})

test.each([
  ['```js\na', true],
  ['```js\na\n```', false],
  ['text', false],
])('%j ends inside a fence: %s', (text, isInside) => {
  expect(endsInFence(text)).toBe(isInside)
})

describe('a block that is only a fence', () => {
  test.each([
    ['```python title\na = 1\n', { code: 'a = 1', name: 'python' }],
    ['~~~\na\nb', { code: 'a\nb', name: '' }],
    ['````md\n```\ninner\n```\n', { code: '```\ninner\n```', name: 'md' }],
    ['```js\na\n```', { code: 'a', name: 'js' }],
    ['~~~js\na\n\n  ~~~~  \n\n', { code: 'a\n', name: 'js' }],
    ['```\n```\n', { code: '', name: '' }],
  ])('%j is read as code', (block, expected) => {
    expect(fencedCode(block)).toEqual(expected)
  })

  test.each(['```js\na\n```\ntext', 'text\n```js\na', '- ```js\n  a', '```js', '  ```js\n  a'])(
    '%j is not read as code',
    (block) => {
      expect(fencedCode(block)).toBeNull()
    },
  )
})
