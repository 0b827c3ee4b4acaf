import { queryOptions } from '@tanstack/react-query'
import { request } from '@/api/client'
import type { ChatDefaults } from '@/types/api'

export const chatDefaultsQuery = queryOptions({
  queryKey: ['chat-defaults'],
  queryFn: ({ signal }) => request<ChatDefaults>({ path: '/preferences', signal }),
})

export async function changeChatDefaults(change: Partial<ChatDefaults>): Promise<ChatDefaults> {
  return request({ method: 'PATCH', path: '/preferences', body: change })
}
