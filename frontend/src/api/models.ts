import { queryOptions } from '@tanstack/react-query'
import { request } from '@/api/client'
import type { ModelList } from '@/types/api'

export const modelsQuery = queryOptions({
  queryKey: ['models'],
  queryFn: ({ signal }) => request<ModelList>({ path: '/models', signal }),
  staleTime: 60_000,
})
