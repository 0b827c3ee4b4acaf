import { queryOptions } from '@tanstack/react-query'
import { request } from '@/api/client'
import type { Model, ModelList } from '@/types/api'

export const modelsQuery = queryOptions({
  queryKey: ['models'],
  queryFn: ({ signal }) => request<ModelList>({ path: '/models', signal }),
  staleTime: 60_000,
})

/** The models in use that their services retire within 30 days; for administrators. */
export const retiringModelsQuery = queryOptions({
  queryKey: ['models', 'retiring'],
  queryFn: ({ signal }) => request<{ models: Model[] }>({ path: '/models/ending', signal }),
  staleTime: 3_600_000,
})
