import { useQuery } from '@tanstack/react-query'
import { limitsQuery } from '@/api/limits'
import type { Limits } from '@/types/api'

/** The server's limits; undefined until they are loaded. The server checks them in any case. */
export function useLimits(): Limits | undefined {
  return useQuery(limitsQuery).data
}
