// @vitest-environment node
import { describe, expect, test } from 'vitest'
import {
  isChangeable,
  newItem,
  nextStep,
  type OutboxItem,
  refuseItem,
  renewItem,
  stateOf,
} from '@/lib/outbox/outbox'

const NOW = 1_000_000
const SURROUNDINGS = {
  isFirst: true,
  isConnected: true,
  isQueued: false,
  isAnswering: false,
  isHeld: false,
  uploads: 'uploaded',
} as const

const allUploaded = () => 'uploaded' as const

function message(id: string, change: Partial<OutboxItem> = {}): OutboxItem {
  return newItem({
    id,
    conversationId: 'c1',
    owner: 'ann',
    command: { type: 'chat.message', client_id: `client-${id}`, content: `Text ${id}` },
    ...change,
  })
}

describe('the next item to send', () => {
  test('is the oldest item', () => {
    const [first, second] = [message('1'), message('2')]
    expect(nextStep([first, second], NOW, allUploaded)).toEqual({ kind: 'send', item: first })
  })

  test('does not exist in an empty outbox', () => {
    expect(nextStep([], NOW, allUploaded)).toEqual({ kind: 'nothing' })
  })

  test('does not exist while the first item is refused for good, since later items were written to follow it', () => {
    const refused = refuseItem(message('1'), { code: 'MESSAGE_TOO_LONG' }, NOW)
    expect(nextStep([refused, message('2')], NOW + 1e9, allUploaded)).toEqual({ kind: 'nothing' })
  })

  test('waits for as long as the server asked', () => {
    const refused = refuseItem(message('1'), { code: 'RATE_LIMIT_EXCEEDED', retry_after: 12 }, NOW)
    expect(nextStep([refused], NOW, allUploaded)).toEqual({ kind: 'wait', until: NOW + 12_000 })
    expect(nextStep([refused], NOW + 12_000, allUploaded)).toEqual({ kind: 'send', item: refused })
  })

  test('waits until its attachments are up, and so do those behind it', () => {
    const items = [message('1'), message('2')]
    const waiting = (item: OutboxItem) => (item.id === '1' ? 'waiting' : 'uploaded')
    expect(nextStep(items, NOW, waiting)).toEqual({ kind: 'nothing' })
  })

  test('is the one behind an item with a refused attachment', () => {
    const [first, second] = [message('1'), message('2')]
    const refused = (item: OutboxItem) => (item.id === '1' ? 'refused' : 'uploaded')
    expect(nextStep([first, second], NOW, refused)).toEqual({ kind: 'send', item: second })
    expect(nextStep([first], NOW, refused)).toEqual({ kind: 'nothing' })
  })

  test('waits while its author edits it, but not for an author who never returns', () => {
    const held = message('1', { heldUntil: NOW + 50 })
    expect(nextStep([held], NOW, allUploaded)).toEqual({ kind: 'wait', until: NOW + 50 })
    expect(nextStep([held], NOW + 50, allUploaded)).toEqual({ kind: 'send', item: held })
  })
})

describe('a refusal', () => {
  const sent = message('1', { isSent: true })

  test('marks the item as not sent, so it may be edited', () => {
    expect(refuseItem(sent, { code: 'NOT_FOUND' }, NOW)).toMatchObject({
      isSent: false,
      refusal: { code: 'NOT_FOUND', retryAt: null },
    })
  })

  test('with ALREADY_PROCESSING is retried, and the item waits behind the answer', () => {
    const refused = refuseItem(sent, { code: 'ALREADY_PROCESSING' }, NOW)
    expect(nextStep([refused], NOW, allUploaded).kind).toBe('wait')
    expect(stateOf(refused, SURROUNDINGS)).toBe('behind-answer')
  })

  test.each([
    ['RATE_LIMIT_EXCEEDED', undefined, true],
    ['AI_OVERLOADED', 3600, true],
    ['INTERNAL_ERROR', 5, true],
    ['INTERNAL_ERROR', undefined, false],
    ['INVALID_MESSAGE', undefined, false],
  ])('with %s and retry_after %s is retried: %s', (code, retryAfter, passes) => {
    const error = retryAfter === undefined ? { code } : { code, retry_after: retryAfter }
    const refused = refuseItem(sent, error, NOW)
    expect(refused.refusal?.retryAt !== null).toBe(passes)
    expect(stateOf(refused, SURROUNDINGS)).toBe(passes ? 'delayed' : 'refused')
  })
})

describe('an item that is sent again', () => {
  test('has a new client id and text, and keeps its place', () => {
    const refused = refuseItem(message('1', { isSent: true }), { code: 'MESSAGE_TOO_LONG' }, NOW)
    expect(renewItem(refused, 'other', { content: 'Shorter', attachments: [] })).toEqual(
      message('1', { command: { type: 'chat.message', client_id: 'other', content: 'Shorter' } }),
    )
  })

  test('has the attachments that its author left', () => {
    const before = message('1', {
      command: { type: 'chat.message', client_id: 'x', content: '', attachments: ['f1', 'f2'] },
    })
    const renewed = renewItem(before, 'other', { content: '', attachments: ['f2'] })
    expect(renewed.command).toMatchObject({ attachments: ['f2'] })
    expect(renewItem(before, 'other').command).toMatchObject({ attachments: ['f1', 'f2'] })
  })

  test('keeps its text if no new text is given', () => {
    expect(renewItem(message('1'), 'other').command).toMatchObject({ client_id: 'other', content: 'Text 1' })
  })
})

describe('the state of an item', () => {
  test.each([
    ['sending', 'nothing is in its way', {}, {}],
    ['sending', 'it was sent and the server is answering', { isSent: true }, { isAnswering: true }],
    ['offline', 'the connection is lost', {}, { isConnected: false }],
    [
      'unconfirmed',
      'the connection was lost after it was sent',
      { isSent: true },
      { isConnected: false, isQueued: true },
    ],
    ['behind-tabs', 'other tabs use all connections', {}, { isConnected: false, isQueued: true }],
    ['behind-answer', 'an answer is being written', {}, { isAnswering: true }],
    ['behind-others', 'older items wait', {}, { isFirst: false, isAnswering: true }],
    ['held', 'its author edits it', {}, { isHeld: true }],
  ] as const)('is %s when %s', (state, _, change, around) => {
    expect(stateOf(message('1', change), { ...SURROUNDINGS, ...around })).toBe(state)
  })

  test.each(['refused', 'delayed', 'offline', 'behind-tabs', 'behind-answer', 'behind-others'] as const)(
    'allows edits: %s',
    (state) => {
      expect(isChangeable(state)).toBe(true)
    },
  )

  test.each(['held', 'sending', 'unconfirmed'] as const)('allows no edits: %s', (state) => {
    expect(isChangeable(state)).toBe(false)
  })
})
