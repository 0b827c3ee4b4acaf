/** Decides which requests the service worker handles: pages and files that never change. Pure. */

interface Asked {
  method: string
  url: string
  mode: string
  destination: string
}

/** Paths below the scope that only the server may answer. */
const OF_THE_SERVER = /^(api|v1|admin|static|ws)(\/|$)/
const NEVER_CHANGING = 'assets/'

/** The kind of request; null if the service worker of this scope, a URL, does not handle it. */
export function kindOf({ method, url, mode, destination }: Asked, scope: string): 'page' | 'file' | null {
  const start = new URL(scope)
  const { origin, pathname } = new URL(url)
  if (method !== 'GET' || origin !== start.origin || !pathname.startsWith(start.pathname)) return null
  const path = pathname.slice(start.pathname.length)
  if (path.startsWith(NEVER_CHANGING)) return 'file'
  return mode === 'navigate' && destination === 'document' && !OF_THE_SERVER.test(path) ? 'page' : null
}
