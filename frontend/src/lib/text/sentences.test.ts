// @vitest-environment node
import { expect, test } from 'vitest'
import { plainText, takeSentences } from '@/lib/text/sentences'

test.each([
  ['今天天氣很好。明天', '今天天氣很好。', 7],
  ['It works. Does it', 'It works.', 9],
  ['Pi is 3.14 or', '', 0],
  ['One line\nnext', 'One line', 9],
  ['「好！」他說', '「好！」', 4],
])('the complete sentences of %j are %j', (text, sentences, length) => {
  expect(takeSentences(text)).toEqual({ sentences, length })
})

test('plain text has no Markdown syntax', () => {
  expect(plainText('## Title\n- **bold** and [a link](https://example.com)\n```js\ncode\n```')).toBe(
    'Title bold and a link code',
  )
})
