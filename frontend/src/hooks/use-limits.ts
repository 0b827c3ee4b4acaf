import { useQuery } from '@tanstack/react-query'
import { limitsQuery } from '@/api/limits'
import type { Limits } from '@/types/api'

/** The lengths that the server takes; undefined until it has said them. The server has the last word in any case. */
export function useLimits(): Limits | undefined {
  return useQuery(limitsQuery).data
}
