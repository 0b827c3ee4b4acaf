import { queryOptions } from '@tanstack/react-query'
import { sendHttp } from '@/api/http'
import type { Limits } from '@/types/api'

/**
 * The server's limits of texts, accounts and attachments, readable without signing in. They change only with its
 * settings.
 */
export const limitsQuery = queryOptions({
  queryKey: ['limits'],
  queryFn: ({ signal }) => sendHttp<Limits>({ path: '/limits', signal }),
  staleTime: 600_000,
})
