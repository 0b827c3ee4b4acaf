// @vitest-environment node
import { expect, test } from 'vitest'
import { groupMessages, stretchesOf } from '@/lib/thread/message-groups'
import { answer, question } from '@/test/messages'

const THREAD = [question('q1', null), answer('a1', 'q1'), question('q2', 'a1'), answer('a2', 'q2')]

test('a question and its answer form one group', () => {
  const groups = groupMessages(THREAD.slice(1))
  expect(groups.map(({ messages }) => messages.map(({ id }) => id))).toEqual([['a1'], ['q2', 'a2']])
})

test('a group whose messages did not change is the same object', () => {
  const before = groupMessages(THREAD)
  const after = groupMessages([...THREAD.slice(0, 3), answer('a2', 'q2', { content: 'Longer' })], before)
  expect(after[0]).toBe(before[0])
  expect(after[1]).not.toBe(before[1])
})

function turns(from: number, to: number, length = 10) {
  return groupMessages(
    Array.from({ length: to - from }, (_, index) => from + index).flatMap((number) => [
      question(`q${number}`, null),
      answer(`a${number}`, `q${number}`, { content: 'x'.repeat(length) }),
    ]),
  )
}

const idsOf = (stretches: ReturnType<typeof stretchesOf>) =>
  stretches.map(({ groups }) => groups.map(({ id }) => id).join(' '))

test('a stretch holds at most four questions', () => {
  expect(idsOf(stretchesOf(turns(1, 7)))).toEqual(['q1 q2 q3 q4', 'q5 q6'])
})

test('a stretch ends after a long answer', () => {
  expect(idsOf(stretchesOf([...turns(1, 2, 6_000), ...turns(2, 4)]))).toEqual(['q1', 'q2 q3'])
})

test('groups stay in their stretch when groups are added before or after', () => {
  const groups = turns(1, 12)
  const before = stretchesOf(groups.slice(5, 10))
  expect(idsOf(before)).toEqual(['q6 q7 q8 q9', 'q10'])
  const after = stretchesOf(groups, before)
  expect(idsOf(after)).toEqual(['q1 q2 q3 q4', 'q5', 'q6 q7 q8 q9', 'q10 q11'])
  expect(after[2]).toBe(before[0])
})

test('stretch ids stay unique when a window begins inside a stretch and the earlier groups return', () => {
  const groups = turns(1, 5)
  const window = stretchesOf(groups.slice(2), stretchesOf(groups))
  expect(new Set(stretchesOf(groups, window).map(({ id }) => id)).size).toBe(2)
})
