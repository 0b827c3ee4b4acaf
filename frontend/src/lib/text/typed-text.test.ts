// @vitest-environment node
import { expect, test } from 'vitest'
import texts from '../../../../contract/golden/blank-texts.json'
import { newItem, renewItem } from '@/lib/outbox/outbox'
import { isBlank, makeStorable } from '@/lib/text/typed-text'

test.each<{ code_points: string; blank: boolean }>(texts)(
  'the page and the server agree on which texts are blank: %j',
  ({ code_points, blank }) => {
    const codes = code_points.split(' ').filter((code) => code !== '')
    expect(isBlank(String.fromCodePoint(...codes.map((code) => parseInt(code, 16))))).toBe(blank)
  },
)

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
