import { queryOptions } from '@tanstack/react-query'
import { request } from '@/api/client'
import type { NewPersonalKey, NewPersonalKeyRequest, PersonalKey, PersonalKeyList } from '@/types/api'

/** The user's personal keys for programs, newest first. */
export const keysQuery = queryOptions({
  queryKey: ['keys'],
  queryFn: ({ signal }) => request<PersonalKeyList>({ path: '/keys/', signal }),
  staleTime: 0,
})

/** Creates a key; its text is in the response and nowhere else. */
export async function createKey(wanted: NewPersonalKeyRequest): Promise<NewPersonalKey> {
  return request({ method: 'POST', path: '/keys/', body: wanted })
}

export async function deleteKey(id: PersonalKey['id']): Promise<void> {
  return request({ method: 'DELETE', path: `/keys/${encodeURIComponent(id)}` })
}
