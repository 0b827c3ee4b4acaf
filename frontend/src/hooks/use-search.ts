import { useInfiniteQuery } from '@tanstack/react-query'
import { searchQuery } from '@/api/search'
import { useDebounced } from '@/hooks/use-debounced'
import type { SearchHit } from '@/types/api'

/** A pause in typing this long starts the search, in milliseconds. */
const PAUSE_MS = 120

/** Search results for the text as the user types it. */
export function useSearch(text: string) {
  const wanted = text.trim()
  const debounced = useDebounced(wanted, PAUSE_MS)
  const { data, isError, isFetching, hasNextPage, fetchNextPage } = useInfiniteQuery(searchQuery(debounced))
  const hits: SearchHit[] = wanted === '' ? [] : (data?.pages.flatMap((page) => page.hits) ?? [])
  return {
    hits,
    isError: isError && debounced === wanted,
    isSearching: wanted !== '' && (debounced !== wanted || isFetching),
    loadMore: () => {
      if (hasNextPage && !isFetching) void fetchNextPage()
    },
  }
}
