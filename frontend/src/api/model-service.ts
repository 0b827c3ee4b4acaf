import { queryOptions } from '@tanstack/react-query'
import { request } from '@/api/client'
import type { ModelService, ModelServiceChange } from '@/types/api'

const PATH = '/models/service'

/** The configured model service; only for administrators. */
export const modelServiceQuery = queryOptions({
  queryKey: ['model-service'],
  queryFn: ({ signal }) => request<ModelService>({ path: PATH, signal }),
  staleTime: 0,
})

/** Tests the service with one call; if that succeeds, stores and uses it. */
export async function setModelService(change: ModelServiceChange): Promise<ModelService> {
  return request({ method: 'PUT', path: PATH, body: change })
}

export async function removeModelService(): Promise<ModelService> {
  return request({ method: 'DELETE', path: PATH })
}
