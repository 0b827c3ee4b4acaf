import { useInfiniteQuery } from '@tanstack/react-query'
import { searchQuery } from '@/api/search'
import { useSettled } from '@/hooks/use-settled'
import type { SearchHit } from '@/types/api'

/** A pause in typing this long starts the search, in milliseconds. */
const PAUSE_MS = 120

/** Search results for the text as the user types it. */
export function useSearch(text: string) {
  const wanted = text.trim()
  const asked = useSettled(wanted, PAUSE_MS)
  const { data, isError, isFetching, hasNextPage, fetchNextPage } = useInfiniteQuery(searchQuery(asked))
  const hits: SearchHit[] = wanted === '' ? [] : (data?.pages.flatMap((page) => page.hits) ?? [])
  return {
    hits,
    isError: isError && asked === wanted,
    isSearching: wanted !== '' && (asked !== wanted || isFetching),
    loadMore: () => {
      if (hasNextPage && !isFetching) void fetchNextPage()
    },
  }
}
