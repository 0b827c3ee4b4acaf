interface NumberedPage {
  conversations: { id: string }[]
  page: number
  page_size: number
  has_more: boolean
}

/**
 * The number of the next page to load; null at the end. Counts the loaded rows instead of pages, because rows may have
 * been added or deleted since. Rows that moved to a later page are loaded twice; the list shows them once.
 */
export function nextPageOf(pages: readonly NumberedPage[]): number | null {
  const last = pages.at(-1)
  if (!last?.has_more) return null
  const before = countRows(pages.slice(0, -1))
  const loaded = countRows(pages)
  if (loaded === before) return last.page + 1
  return Math.floor(loaded / last.page_size) + 1
}

function countRows(pages: readonly NumberedPage[]): number {
  return new Set(pages.flatMap((page) => page.conversations.map(({ id }) => id))).size
}
