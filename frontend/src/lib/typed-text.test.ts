// @vitest-environment node
import { expect, test } from 'vitest'
import { newItem, renewItem } from '@/lib/outbox'
import { isBlank, makeStorable } from '@/lib/typed-text'

test.each([
  '',
  ' \n\t',
  '\u200b\u200d\ufeff',
  '\u2060 \u00ad',
  '\u3164\u115f',
  '\u2800',
  '\u202e\u202c',
  '\u3000\x85',
])('nothing can be seen of %j', (text) => {
  expect(isBlank(text)).toBe(true)
})

test.each(['a', '\u200ba', '👩‍👩‍👧', '。', '\u0301', '\ufffd'])('something can be seen of %j', (text) => {
  expect(isBlank(text)).toBe(false)
})

test('half an emoji and NUL become characters that can be stored', () => {
  expect(makeStorable('a\ud83d b\udc4d c\0 👍')).toBe('a\ufffd b\ufffd c\ufffd 👍')
})

test('a message is made storable before it is sent, so that it never blocks those behind it', () => {
  const item = newItem({
    id: '1',
    conversationId: '2',
    owner: '3',
    command: { type: 'chat.message', client_id: '4', content: 'half \ud83d', parent_id: null },
  })

  expect(item.command).toMatchObject({ content: 'half \ufffd' })
  expect(renewItem(item, '5', { content: 'other half \udc4d', attachments: [] }).command).toMatchObject({
    content: 'other half \ufffd',
  })
})
