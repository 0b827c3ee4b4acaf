interface NumberedPage {
  conversations: { id: string }[]
  page: number
  page_size: number
  has_more: boolean
}

/**
 * The page that goes on with the list, though rows may have come or gone since the last one was loaded: by how many
 * are there now. Rows that were moved on come twice, and are shown once. Null at the end.
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
