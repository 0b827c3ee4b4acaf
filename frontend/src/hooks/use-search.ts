import { useInfiniteQuery } from '@tanstack/react-query'
import { searchQuery } from '@/api/search'
import { useSettled } from '@/hooks/use-settled'
import type { SearchHit } from '@/types/api'

/** A pause in typing this long starts the search, in milliseconds. */
const PAUSE_MS = 120

/** Search results for the text as the user types it. */
export function useSearch(text: string) {
  const wanted = text.trim()
  const settled = useSettled(wanted, PAUSE_MS)
  const { data, isError, isFetching, hasNextPage, fetchNextPage } = useInfiniteQuery(searchQuery(settled))
  const hits: SearchHit[] = wanted === '' ? [] : (data?.pages.flatMap((page) => page.hits) ?? [])
  return {
    hits,
    isError: isError && settled === wanted,
    isSearching: wanted !== '' && (settled !== wanted || isFetching),
    loadMore: () => {
      if (hasNextPage && !isFetching) void fetchNextPage()
    },
  }
}
