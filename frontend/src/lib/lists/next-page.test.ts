// @vitest-environment node
import { expect, test } from 'vitest'
import { nextPageOf } from '@/lib/lists/next-page'

const SIZE = 3

/** Loads a list that changes after its first page to the end. `updatesLoaded`: the first page loses the deleted rows too. */
function load(rows: string[], change: (rows: string[]) => string[], updatesLoaded: boolean): string[] {
  let now = rows
  const pages: { conversations: { id: string }[]; page: number; page_size: number; has_more: boolean }[] = []
  const next = () => nextPageOf(pages, ({ conversations }) => conversations)
  for (let page: number | null = 1; page !== null && pages.length < 20; page = next()) {
    const start = (page - 1) * SIZE
    const conversations = now.slice(start, start + SIZE).map((id) => ({ id }))
    pages.push({ conversations, page, page_size: SIZE, has_more: start + SIZE < now.length })
    if (pages.length === 1) {
      now = change(rows)
      const [first] = pages
      if (first && updatesLoaded)
        first.conversations = first.conversations.filter(({ id }) => now.includes(id))
    }
  }
  return [...new Set(pages.flatMap((page) => page.conversations.map(({ id }) => id)))]
}

const ROWS = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h']

test('an unchanged list is loaded page by page', () => {
  expect(load(ROWS, (rows) => rows, true)).toEqual(ROWS)
})

test('no row is missed when a loaded row is deleted', () => {
  expect(load(ROWS, (rows) => rows.filter((id) => id !== 'b'), true).sort()).toEqual(
    ROWS.filter((id) => id !== 'b'),
  )
})

test('no row is missed, and the end is reached, when rows are added at the start', () => {
  expect(load(ROWS, (rows) => ['x', 'y', ...rows], false)).toEqual(ROWS)
})
