/** The requests that the service worker handles: pages, and files that never change. No side effects. */

interface RequestFields {
  method: string
  url: string
  mode: string
  destination: string
}

/** Paths below the scope that only the server may answer. */
const SERVER_PATHS = /^(api|v1|admin|static|ws)(\/|$)/
const NEVER_CHANGING = 'assets/'

/** The kind of a request, or null if the service worker with this scope (a URL) leaves it to the browser. */
export function classifyRequest(
  { method, url, mode, destination }: RequestFields,
  scope: string,
): 'page' | 'file' | null {
  const start = new URL(scope)
  const { origin, pathname } = new URL(url)
  if (method !== 'GET' || origin !== start.origin || !pathname.startsWith(start.pathname)) return null
  const path = pathname.slice(start.pathname.length)
  if (path.startsWith(NEVER_CHANGING)) return 'file'
  return mode === 'navigate' && destination === 'document' && !SERVER_PATHS.test(path) ? 'page' : null
}
