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
} from '@/lib/outbox'

const NOW = 1_000_000
const SURROUNDINGS = { isFirst: true, isConnected: true, isAnswering: false, isHeld: false }

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
    expect(nextStep([first, second], NOW)).toEqual({ kind: 'send', item: first })
  })

  test('does not exist in an empty outbox', () => {
    expect(nextStep([], NOW)).toEqual({ kind: 'nothing' })
  })

  test('does not exist while the first item is refused for good, since later items were written to follow it', () => {
    const refused = refuseItem(message('1'), { code: 'MESSAGE_TOO_LONG' }, NOW)
    expect(nextStep([refused, message('2')], NOW + 1e9)).toEqual({ kind: 'nothing' })
  })

  test('waits for as long as the server asked', () => {
    const refused = refuseItem(message('1'), { code: 'RATE_LIMIT_EXCEEDED', retry_after: 12 }, NOW)
    expect(nextStep([refused], NOW)).toEqual({ kind: 'wait', until: NOW + 12_000 })
    expect(nextStep([refused], NOW + 12_000)).toEqual({ kind: 'send', item: refused })
  })

  test('waits while its author edits it, but not for an author who never returns', () => {
    const held = message('1', { heldUntil: NOW + 50 })
    expect(nextStep([held], NOW)).toEqual({ kind: 'wait', until: NOW + 50 })
    expect(nextStep([held], NOW + 50)).toEqual({ kind: 'send', item: held })
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
    expect(nextStep([refused], NOW).kind).toBe('wait')
    expect(stateOf(refused, SURROUNDINGS)).toBe('behind-answer')
  })

  test.each([
    ['RATE_LIMIT_EXCEEDED', undefined, true],
    ['QUOTA_EXCEEDED', 3600, true],
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
    expect(renewItem(refused, 'other', 'Shorter')).toEqual(
      message('1', { command: { type: 'chat.message', client_id: 'other', content: 'Shorter' } }),
    )
  })

  test('keeps its text if no new text is given', () => {
    expect(renewItem(message('1'), 'other').command).toMatchObject({ client_id: 'other', content: 'Text 1' })
  })
})

describe('the state of an item', () => {
  test.each([
    ['sending', {}, {}],
    ['sending', { isSent: true }, { isAnswering: true }],
    ['offline', {}, { isConnected: false }],
    ['unconfirmed', { isSent: true }, { isConnected: false }],
    ['behind-answer', {}, { isAnswering: true }],
    ['behind-others', {}, { isFirst: false, isAnswering: true }],
    ['held', {}, { isHeld: true }],
  ] as const)('%s', (state, change, around) => {
    expect(stateOf(message('1', change), { ...SURROUNDINGS, ...around })).toBe(state)
  })

  test('allows edits except while the item is held, being sent, or unconfirmed', () => {
    expect(
      ['refused', 'delayed', 'offline', 'behind-answer', 'behind-others'].map(isChangeableState),
    ).toEqual(Array(5).fill(true))
    expect(['held', 'sending', 'unconfirmed'].map(isChangeableState)).toEqual(Array(3).fill(false))
  })
})

const isChangeableState = (state: string) => isChangeable(state as Parameters<typeof isChangeable>[0])
