import { beforeEach, expect, test, vi } from 'vitest'
import { PacedChanges } from '@/lib/lists/paced-changes'

beforeEach(() => {
  vi.useFakeTimers()
})

test('each animation frame applies one change, lowest rank first', () => {
  const applied: string[] = []
  const changes = new PacedChanges<string>()
  for (const [key, rank] of [
    ['far', 30],
    ['near', 10],
    ['gone', 5],
    ['between', 20],
  ] as const) {
    changes.put(key, rank, () => applied.push(key))
  }
  changes.remove('gone')
  const counts = Array.from({ length: 4 }, () => {
    vi.advanceTimersToNextFrame()
    return applied.length
  })
  expect(counts).toEqual([1, 2, 3, 3])
  expect(applied).toEqual(['near', 'between', 'far'])
})

test('only the last change for a key is applied', () => {
  const applied: string[] = []
  const changes = new PacedChanges<string>()
  changes.put('it', 1, () => applied.push('away'))
  changes.put('it', 1, () => applied.push('back'))
  vi.runAllTimers()
  expect(applied).toEqual(['back'])
})
