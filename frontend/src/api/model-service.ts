import { queryOptions } from '@tanstack/react-query'
import { request } from '@/api/client'
import type { ModelService, ModelServiceChange } from '@/types/api'

const PATH = '/models/service'

/** For administrators alone. */
export const modelServiceQuery = queryOptions({
  queryKey: ['model-service'],
  queryFn: ({ signal }) => request<ModelService>({ path: PATH, signal }),
  staleTime: 0,
})

/** Tries the service with one call, and stores and uses it if that went well. */
export async function setModelService(change: ModelServiceChange): Promise<ModelService> {
  return request({ method: 'PUT', path: PATH, body: change })
}

export async function removeModelService(): Promise<ModelService> {
  return request({ method: 'DELETE', path: PATH })
}
