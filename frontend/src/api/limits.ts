import { queryOptions } from '@tanstack/react-query'
import { sendHttp } from '@/api/http'
import type { Limits } from '@/types/api'

/** The lengths that the server takes; known to guests too. They change with the server's settings only. */
export const limitsQuery = queryOptions({
  queryKey: ['limits'],
  queryFn: ({ signal }) => sendHttp<Limits>({ path: '/limits', signal }),
  staleTime: 600_000,
})
