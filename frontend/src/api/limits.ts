import { queryOptions } from '@tanstack/react-query'
import { sendHttp } from '@/api/http'
import type { Limits } from '@/types/api'

/** The server's length limits; guests may read them too. They change only with the server's settings. */
export const limitsQuery = queryOptions({
  queryKey: ['limits'],
  queryFn: ({ signal }) => sendHttp<Limits>({ path: '/limits', signal }),
  staleTime: 600_000,
})
