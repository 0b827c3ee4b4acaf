// @vitest-environment node
import { expect, test } from 'vitest'
import { rowsWithin, spanAround } from '@/lib/lists/list-window'

const HEIGHTS = { heading: 2, row: 2 }

test('only rows near the visible part are rendered, in every section', () => {
  // Sections start at 0, 8 and 2010, their rows 2 further down.
  const counts = [3, 1000, 5]
  expect(rowsWithin(counts, HEIGHTS, { from: -20, to: 40 })).toEqual([
    { from: 0, to: 3 },
    { from: 0, to: 15 },
    { from: 0, to: 0 },
  ])
  expect(rowsWithin(counts, HEIGHTS, { from: 1000, to: 1060 })).toEqual([
    { from: 3, to: 3 },
    { from: 495, to: 525 },
    { from: 0, to: 0 },
  ])
  expect(rowsWithin(counts, HEIGHTS, { from: 2000, to: 2060 })).toEqual([
    { from: 3, to: 3 },
    { from: 995, to: 1000 },
    { from: 0, to: 5 },
  ])
})

test('the rendered span stays the same for small scrolls, and covers the visible part', () => {
  expect(spanAround(41, 30)).toEqual(spanAround(45, 30))
  for (const top of [0, 7, 19.9, 20, 333]) {
    const { from, to } = spanAround(top, 30)
    expect(from).toBeLessThanOrEqual(top - 20)
    expect(to).toBeGreaterThanOrEqual(top + 50)
  }
})
