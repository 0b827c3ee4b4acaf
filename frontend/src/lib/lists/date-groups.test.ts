// @vitest-environment node
import { beforeEach, expect, test, vi } from 'vitest'
import { dateGroupOf, localDate } from '@/lib/lists/date-groups'

beforeEach(() => void vi.stubEnv('TZ', 'America/New_York'))

test.each([
  // 1 November 2026 has 25 hours, 8 March 2026 has 23.
  ['2026-11-01T00:30', '2026-11-02T09:00', 'yesterday'],
  ['2026-10-31T23:30', '2026-11-02T09:00', 'week'],
  ['2026-10-26T00:30', '2026-11-02T09:00', 'week'],
  ['2026-03-07T23:30', '2026-03-09T09:00', 'week'],
  ['2026-03-08T00:30', '2026-03-09T09:00', 'yesterday'],
])('groups count calendar days when the clocks change: %s, seen at %s, is %s', (time, now, kind) => {
  expect(dateGroupOf(new Date(time).toISOString(), new Date(now)).kind).toBe(kind)
})

test.each([
  ['2026-05-20T00:00', 'today'],
  ['2026-05-19T23:59', 'yesterday'],
  ['2026-05-18T12:00', 'week'],
  ['2026-05-01T12:00', 'month'],
  ['2026-03-01T12:00', 'older'],
])('the group of a conversation from %s is %s', (time, kind) => {
  expect(dateGroupOf(new Date(time).toISOString(), new Date('2026-05-20T09:00')).kind).toBe(kind)
})

test('the date in a file name is the date of the user, not of Greenwich', () => {
  expect(localDate(new Date(2026, 0, 5, 22, 0))).toBe('2026-01-05')
})
