import { queryOptions } from '@tanstack/react-query'
import { request } from '@/api/client'
import type { ModelServiceChange, ModelServiceList } from '@/types/api'

const PATH = '/models/services'

/** The configured model services; only for administrators. */
export const modelServicesQuery = queryOptions({
  queryKey: ['model-services'],
  queryFn: ({ signal }) => request<ModelServiceList>({ path: PATH, signal }),
  staleTime: 0,
})

/** Tests a service with one call; if that succeeds, stores and uses it: a new one without an `id`. */
export async function saveModelService(
  id: number | null,
  change: ModelServiceChange,
): Promise<ModelServiceList> {
  return id === null
    ? request({ method: 'POST', path: PATH, body: change })
    : request({ method: 'PUT', path: `${PATH}/${id}`, body: change })
}

/** Tests a stored service with one call. */
export async function testModelService(id: number): Promise<{ models: number }> {
  return request({ method: 'POST', path: `${PATH}/${id}/test` })
}

export async function removeModelService(id: number): Promise<ModelServiceList> {
  return request({ method: 'DELETE', path: `${PATH}/${id}` })
}
