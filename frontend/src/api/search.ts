import { infiniteQueryOptions, keepPreviousData } from '@tanstack/react-query'
import { request } from '@/api/client'
import type { SearchPage } from '@/types/api'

const PAGE_SIZE = 20

/** Searches titles and messages for `text`. The previous hits stay until the new ones arrive. */
export function searchQuery(text: string) {
  return infiniteQueryOptions({
    queryKey: ['search', text],
    queryFn: ({ pageParam, signal }) => {
      const query = new URLSearchParams({ q: text, page: String(pageParam), page_size: String(PAGE_SIZE) })
      return request<SearchPage>({ path: `/search?${query.toString()}`, signal })
    },
    initialPageParam: 1,
    getNextPageParam: (last) => (last.has_more ? last.page + 1 : null),
    enabled: text !== '',
    placeholderData: keepPreviousData,
    staleTime: 5_000,
  })
}
