import { expect, test } from 'vitest'
import { groupMessages } from '@/lib/message-groups'
import { answer, question } from '@/test/messages'

const THREAD = [question('q1', null), answer('a1', 'q1'), question('q2', 'a1'), answer('a2', 'q2')]

test('a question is with its answer', () => {
  const groups = groupMessages(THREAD.slice(1))
  expect(groups.map(({ messages }) => messages.map(({ id }) => id))).toEqual([['a1'], ['q2', 'a2']])
})

test('a group of the same messages is the same group', () => {
  const before = groupMessages(THREAD)
  const after = groupMessages([...THREAD.slice(0, 3), answer('a2', 'q2', { content: 'Longer' })], before)
  expect(after[0]).toBe(before[0])
  expect(after[1]).not.toBe(before[1])
})
