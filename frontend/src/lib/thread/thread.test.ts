// @vitest-environment node
import { describe, expect, test } from 'vitest'
import {
  appendNewer,
  expectTurn,
  mergeWindow,
  insertTurn,
  portionsOf,
  prependOlder,
  type Thread,
  toThread,
} from '@/lib/thread/thread'
import { answer, question } from '@/test/messages'
import type { Message, MessagePage } from '@/types/api'

const Q1 = question('q1', null)
const A1 = answer('a1', 'q1')
const Q2 = question('q2', 'a1')
const A2 = answer('a2', 'q2')

function thread(...messages: Message[]): Thread {
  return { messages, hasOlder: false, newerFrom: null }
}

function page(messages: Message[], hasMore: boolean): MessagePage {
  return { messages, total: messages.length, offset: 0, page: null, page_size: 50, has_more: hasMore }
}

function ids(of: Thread | null): string[] | undefined {
  return of?.messages.map(({ id }) => id)
}

describe('an accepted turn', () => {
  test('is appended', () => {
    expect(ids(insertTurn(thread(Q1, A1), Q2, A2))).toEqual(['q1', 'a1', 'q2', 'a2'])
  })

  test('that regenerates replaces the answer and everything after it', () => {
    expect(ids(insertTurn(thread(Q1, A1, Q2, A2), Q1, answer('b1', 'q1')))).toEqual(['q1', 'b1'])
  })

  test('that edits replaces the question and everything after it', () => {
    const edited = question('e2', 'a1')
    expect(ids(insertTurn(thread(Q1, A1, Q2, A2), edited, answer('f2', 'e2')))).toEqual([
      'q1',
      'a1',
      'e2',
      'f2',
    ])
  })

  test('with a new root replaces all messages', () => {
    expect(ids(insertTurn(thread(Q1, A1), question('r', null), answer('s', 'r')))).toEqual(['r', 's'])
  })

  test('that continues an answer keeps its text until the first delta', () => {
    const placed = insertTurn(
      thread(Q1, { ...A1, status: 'length', content: 'One, two,' }),
      Q1,
      answer('a1', 'q1', { run: 2, status: 'pending', content: '' }),
    )
    expect(placed?.messages[1]).toMatchObject({ content: 'One, two,', run: 1, status: 'streaming' })
  })

  test('that is received twice keeps the answer as it is, and the later messages', () => {
    const placed = insertTurn(
      thread(Q1, A1, Q2, A2),
      Q1,
      answer('a1', 'q1', { seq: 0, status: 'pending', content: '' }),
    )
    expect(ids(placed)).toEqual(['q1', 'a1', 'q2', 'a2'])
    expect(placed?.messages[1]).toBe(A1)
  })

  test('on a branch that is not loaded cannot be placed', () => {
    expect(insertTurn(thread(Q1, A1), question('x', 'elsewhere'), answer('y', 'x'))).toBeNull()
  })
})

test('a newer window keeps the older messages if the two overlap', () => {
  const merged = mergeWindow(
    { messages: [Q1, A1, Q2], hasOlder: true, newerFrom: null },
    page([Q2, A2], true),
  )
  expect(ids(merged)).toEqual(['q1', 'a1', 'q2', 'a2'])
  expect(merged.hasOlder).toBe(true)
})

test('a newer window that does not overlap replaces the older messages', () => {
  expect(ids(mergeWindow(thread(Q1, A1), page([Q2, A2], true)))).toEqual(['q2', 'a2'])
})

test('older messages are prepended without repeats', () => {
  const all = prependOlder({ messages: [A1, Q2], hasOlder: true, newerFrom: null }, page([Q1, A1], false))
  expect(ids(all)).toEqual(['q1', 'a1', 'q2'])
  expect(all.hasOlder).toBe(false)
})

test('a page is split into portions that begin with a question, newest first', () => {
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

test('an empty page is one portion with has_more false', () => {
  expect(portionsOf(page([], false))).toEqual([page([], false)])
})

describe('while a turn is being sent', () => {
  const all = [Q1, A1, Q2, A2]

  test('an edit hides the question that it replaces, and everything after it', () => {
    const edit = { type: 'chat.edit', client_id: 'c', message_id: 'q2', content: 'x' } as const
    expect(expectTurn(all, edit)).toEqual([Q1, A1])
  })

  test('a regeneration hides the answer that it replaces', () => {
    const again = { type: 'chat.regenerate', client_id: 'c', message_id: 'a2' } as const
    expect(expectTurn(all, again)).toEqual([Q1, A1, Q2])
  })

  test('a new message hides nothing', () => {
    expect(expectTurn(all, { type: 'chat.message', client_id: 'c', content: 'x' })).toBe(all)
  })
})

describe('a part from the middle', () => {
  const middle: MessagePage = { ...page([Q1, A1], true), offset: 50 }

  test('knows that there are older messages, and where the newer ones begin', () => {
    expect(toThread(middle)).toEqual({ messages: [Q1, A1], hasOlder: true, newerFrom: 52 })
  })

  test('appends a newer page without repeats', () => {
    const last: MessagePage = { ...page([A1, Q2, A2], false), offset: 52 }
    const grown = appendNewer(toThread(middle), last)
    expect(ids(grown)).toEqual(['q1', 'a1', 'q2', 'a2'])
    expect(grown).toMatchObject({ hasOlder: true, newerFrom: null })
  })
})
