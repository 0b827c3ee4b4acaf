// @vitest-environment node
import { describe, expect, test } from 'vitest'
import {
  appendNewer,
  expectTurn,
  mergeWindow,
  placeTurn,
  portionsOf,
  prependOlder,
  type Thread,
  windowOf,
} from '@/lib/thread'
import { answer, question } from '@/test/messages'
import type { Message, MessagePage } from '@/types/api'

const Q1 = question('q1', null)
const A1 = answer('a1', 'q1')
const Q2 = question('q2', 'a1')
const A2 = answer('a2', 'q2')

function thread(...messages: Message[]): Thread {
  return { messages, hasOlder: false, newerPage: null }
}

function page(messages: Message[], hasMore: boolean): MessagePage {
  return { messages, total: messages.length, offset: 0, page: null, page_size: 50, has_more: hasMore }
}

function ids(of: Thread | null): string[] | undefined {
  return of?.messages.map(({ id }) => id)
}

describe('an accepted turn', () => {
  test('goes to the end', () => {
    expect(ids(placeTurn(thread(Q1, A1), Q2, A2))).toEqual(['q1', 'a1', 'q2', 'a2'])
  })

  test('that regenerates takes the place of the answer and what hung on it', () => {
    expect(ids(placeTurn(thread(Q1, A1, Q2, A2), Q1, answer('b1', 'q1')))).toEqual(['q1', 'b1'])
  })

  test('that edits takes the place of the question and what hung on it', () => {
    const edited = question('e2', 'a1')
    expect(ids(placeTurn(thread(Q1, A1, Q2, A2), edited, answer('f2', 'e2')))).toEqual([
      'q1',
      'a1',
      'e2',
      'f2',
    ])
  })

  test('with a new root takes the place of all', () => {
    expect(ids(placeTurn(thread(Q1, A1), question('r', null), answer('s', 'r')))).toEqual(['r', 's'])
  })

  test('that continues keeps the text that is there until more comes', () => {
    const placed = placeTurn(
      thread(Q1, { ...A1, status: 'length', content: 'One, two,' }),
      Q1,
      answer('a1', 'q1', { run: 2, status: 'pending', content: '' }),
    )
    expect(placed?.messages[1]).toMatchObject({ content: 'One, two,', run: 1, status: 'streaming' })
  })

  test('said again does not take back what has been written since, nor later messages', () => {
    const placed = placeTurn(
      thread(Q1, A1, Q2, A2),
      Q1,
      answer('a1', 'q1', { seq: 0, status: 'pending', content: '' }),
    )
    expect(ids(placed)).toEqual(['q1', 'a1', 'q2', 'a2'])
    expect(placed?.messages[1]).toBe(A1)
  })

  test('of a branch that is not loaded belongs nowhere', () => {
    expect(placeTurn(thread(Q1, A1), question('x', 'elsewhere'), answer('y', 'x'))).toBeNull()
  })
})

test('a newer window keeps the older messages where the two meet', () => {
  const merged = mergeWindow(
    { messages: [Q1, A1, Q2], hasOlder: true, newerPage: null },
    page([Q2, A2], true),
  )
  expect(ids(merged)).toEqual(['q1', 'a1', 'q2', 'a2'])
  expect(merged.hasOlder).toBe(true)
})

test('a newer window of another branch stands alone', () => {
  expect(ids(mergeWindow(thread(Q1, A1), page([Q2, A2], true)))).toEqual(['q2', 'a2'])
})

test('older messages come before, each once', () => {
  const all = prependOlder({ messages: [A1, Q2], hasOlder: true, newerPage: null }, page([Q1, A1], false))
  expect(ids(all)).toEqual(['q1', 'a1', 'q2'])
  expect(all.hasOlder).toBe(false)
})

test('a page comes in portions that begin with a question, the newest first', () => {
  const messages = Array.from({ length: 25 }, (_, index) =>
    index % 2 ? question(`m${index}`, null) : answer(`m${index}`, ''),
  )
  const portions = portionsOf(page(messages, true))
  expect(portions.map((portion) => portion.messages.length)).toEqual([8, 8, 8, 1])
  expect(portions.toReversed().flatMap((portion) => portion.messages)).toEqual(messages)
  expect(portions.slice(0, -1).every((portion) => portion.messages[0]?.role === 'user')).toBe(true)
  expect(portions.at(-1)?.has_more).toBe(true)
  const last = portionsOf(page(messages, false))
  expect(last.map((portion) => portion.has_more)).toEqual([true, true, true, false])
})

test('an empty page is one portion, which says that there is no more', () => {
  expect(portionsOf(page([], false))).toEqual([page([], false)])
})

test('while a turn is on its way, what it replaces is gone already', () => {
  const all = [Q1, A1, Q2, A2]
  expect(expectTurn(all, { type: 'chat.edit', client_id: 'c', message_id: 'q2', content: 'x' })).toEqual([
    Q1,
    A1,
  ])
  expect(expectTurn(all, { type: 'chat.regenerate', client_id: 'c', message_id: 'a2' })).toEqual([Q1, A1, Q2])
  expect(expectTurn(all, { type: 'chat.message', client_id: 'c', content: 'x' })).toBe(all)
})

describe('a part from the middle', () => {
  const middle: MessagePage = { ...page([Q1, A1], true), offset: 50, page: 2 }

  test('says what there is on both sides', () => {
    expect(windowOf(middle)).toEqual({ messages: [Q1, A1], hasOlder: true, newerPage: 3 })
  })

  test('grows towards the newest, each message once', () => {
    const last: MessagePage = { ...page([A1, Q2, A2], false), offset: 52, page: 3 }
    const grown = appendNewer(windowOf(middle), last)
    expect(ids(grown)).toEqual(['q1', 'a1', 'q2', 'a2'])
    expect(grown).toMatchObject({ hasOlder: true, newerPage: null })
  })
})
