interface NumberedPage {
  page: number
  page_size: number
  has_more: boolean
}

/**
 * The number of the next page to load; null at the end. Counts the loaded rows instead of pages, because rows may have
 * been added or deleted since. Rows that moved to a later page are loaded twice; the list shows them once.
 */
export function nextPageOf<P extends NumberedPage>(
  pages: readonly P[],
  rowsOf: (page: P) => readonly { id: string }[],
): number | null {
  const last = pages.at(-1)
  if (!last?.has_more) return null
  const count = (some: readonly P[]) => new Set(some.flatMap(rowsOf).map(({ id }) => id)).size
  const before = count(pages.slice(0, -1))
  const loaded = count(pages)
  if (loaded === before) return last.page + 1
  return Math.floor(loaded / last.page_size) + 1
}
