import { describe, expect, test } from 'vitest'
import { newItem, type OutboxItem } from '@/lib/outbox/outbox'
import { itemFormat } from '@/lib/outbox/stored-outbox'

const ITEM: OutboxItem = newItem({
  id: 'i1',
  conversationId: 'c1',
  owner: 'ann',
  command: { type: 'chat.message', client_id: 'x', content: 'Text', parent_id: null },
})

const read = (value: unknown) => itemFormat.parse('i1', JSON.stringify(value))

describe('a stored item', () => {
  test.each<Partial<OutboxItem>>([
    {},
    { isSent: true },
    { heldUntil: 5, refusal: { code: 'AI_OVERLOADED', retryAt: 7 } },
    { refusal: { code: 'MESSAGE_TOO_LONG', retryAt: null } },
    {
      begins: { id: 'c1', model: 'm', system_prompt: 'Be brief.', temperature: 0.7, reasoning_effort: 'low' },
    },
    { command: { type: 'chat.message', client_id: 'x', content: 'Text' } },
    { command: { type: 'chat.message', client_id: 'x', content: '', attachments: ['f1', 'f2'] } },
    { command: { type: 'chat.edit', client_id: 'x', message_id: 'm1', content: 'Text' } },
    { command: { type: 'chat.edit', client_id: 'x', message_id: 'm1', content: 'Text', attachments: [] } },
    { command: { type: 'chat.regenerate', client_id: 'x', message_id: 'm1', model: 'm' } },
    { command: { type: 'chat.continue', client_id: 'x', message_id: 'm1' } },
  ])('with %o is read as it was written', (change) => {
    const item = { ...ITEM, ...change }
    expect(itemFormat.parse('i1', itemFormat.format(item))).toEqual({ kind: 'entry', entry: item })
  })

  test('without a version, from an earlier version, is read', () => {
    expect(read(ITEM)).toEqual({ kind: 'entry', entry: ITEM })
  })

  test('with a later version is reported as newer', () => {
    expect(read({ version: 3, anything: 'else' })).toEqual({ kind: 'newer' })
  })

  test.each([
    ['a number', 5],
    ['null', null],
    ['a version that is not a number', { ...ITEM, version: 'one' }],
    ['no command', { ...ITEM, command: undefined }],
    ['an unknown command', { ...ITEM, command: { type: 'chat.sing', client_id: 'x' } }],
    ['a command without its id', { ...ITEM, command: { type: 'chat.message', content: 'Text' } }],
    ['null as owner', { ...ITEM, owner: null }],
    ['the id of another entry', { ...ITEM, id: 'i2' }],
  ])('with %s is broken', (_, value) => {
    expect(read(value)).toEqual({ kind: 'broken' })
  })

  test.each(['', '{"id":', 'undefined'])('that is not JSON is broken: "%s"', (stored) => {
    expect(itemFormat.parse('i1', stored)).toEqual({ kind: 'broken' })
  })
})
