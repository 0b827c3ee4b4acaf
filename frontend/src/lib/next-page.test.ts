// @vitest-environment node
import { expect, test } from 'vitest'
import { nextPageOf } from '@/lib/next-page'

const SIZE = 3

/** Loads a list to its end; the list changes after the first page. */
function load(rows: string[], change: (rows: string[]) => string[], isToldOf: boolean): string[] {
  let now = rows
  const pages: Parameters<typeof nextPageOf>[0][number][] = []
  for (let page: number | null = 1; page !== null && pages.length < 20; page = nextPageOf(pages)) {
    const start = (page - 1) * SIZE
    const conversations = now.slice(start, start + SIZE).map((id) => ({ id }))
    pages.push({ conversations, page, page_size: SIZE, has_more: start + SIZE < now.length })
    if (pages.length === 1) {
      now = change(rows)
      const [first] = pages
      if (first && isToldOf) first.conversations = first.conversations.filter(({ id }) => now.includes(id))
    }
  }
  return [...new Set(pages.flatMap((page) => page.conversations.map(({ id }) => id)))]
}

const ROWS = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h']

test('a list that stays as it is is loaded page by page', () => {
  expect(load(ROWS, (rows) => rows, true)).toEqual(ROWS)
})

test('none is missed when one that was loaded is deleted', () => {
  expect(load(ROWS, (rows) => rows.filter((id) => id !== 'b'), true).sort()).toEqual(
    ROWS.filter((id) => id !== 'b'),
  )
})

test('none is missed, and the end is reached, when others come before', () => {
  expect(load(ROWS, (rows) => ['x', 'y', ...rows], false)).toEqual(ROWS)
})
