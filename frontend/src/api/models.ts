import { queryOptions } from '@tanstack/react-query'
import { request } from '@/api/client'
import type { Model, ModelList } from '@/types/api'

export const modelsQuery = queryOptions({
  queryKey: ['models'],
  queryFn: ({ signal }) => request<ModelList>({ path: '/models', signal }),
  staleTime: 60_000,
})

/** For administrators: the models in use, by anyone, that their services end within 30 days. */
export const endingModelsQuery = queryOptions({
  queryKey: ['models', 'ending'],
  queryFn: ({ signal }) => request<{ models: Model[] }>({ path: '/models/ending', signal }),
  staleTime: 3_600_000,
})
