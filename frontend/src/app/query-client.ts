import { MutationCache, QueryClient } from '@tanstack/react-query'
import { isTransient } from '@/api/api-error'
import { registrationQuery } from '@/api/auth'
import { limitsQuery } from '@/api/limits'
import { session } from '@/api/session'
import { showError } from '@/core/error-toast'
import { basePath } from '@/lib/base-path'

const MAX_RETRIES = 2

/** Creates the cache of server data, cleared on sign-out. A failed mutation shows a toast. */
export function createQueryClient(): QueryClient {
  const client = new QueryClient({
    defaultOptions: {
      queries: {
        // The server may be on this machine, reachable without a network.
        networkMode: 'always',
        retry: (failures, error) => isTransient(error) && failures < MAX_RETRIES,
        staleTime: 30_000,
      },
      mutations: { networkMode: 'always' },
    },
    mutationCache: new MutationCache({
      onError: showError,
    }),
  })
  followSession(client)
  return client
}

/** Public queries, which are reset instead of removed: a page does not notice a removal, and would wait forever. */
const PUBLIC_DATA: ReadonlySet<unknown> = new Set([limitsQuery.queryKey[0], registrationQuery.queryKey[0]])

function clearUserData(client: QueryClient): void {
  client.removeQueries({ predicate: ({ queryKey }) => !PUBLIC_DATA.has(queryKey[0]) })
  // An account may have been created since.
  void client.resetQueries({ queryKey: registrationQuery.queryKey })
  client.getMutationCache().clear()
}

function followSession(client: QueryClient): void {
  let before = session.status()
  let userId = session.userId()
  session.subscribe(() => {
    const hasResumed = session.status() === 'signed-in' && before === 'ended'
    const isOtherUser = hasResumed && session.userId() !== userId
    before = session.status()
    userId = session.userId()
    if (before === 'signed-out') clearUserData(client)
    else if (isOtherUser) {
      // The page shows another user's data.
      location.assign(`${basePath}/`)
    } else if (hasResumed) void client.invalidateQueries()
  })
}
