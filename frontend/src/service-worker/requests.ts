/** Decides which requests the service worker handles: pages and files that never change. Pure. */

interface Asked {
  method: string
  url: string
  mode: string
  destination: string
}

/** Paths that only the server may answer. */
const OF_THE_SERVER = /^\/(api|v1|admin|static|ws)(\/|$)/
const NEVER_CHANGING = '/assets/'

/** The kind of request; null if the service worker does not handle it. */
export function kindOf({ method, url, mode, destination }: Asked, origin: string): 'page' | 'file' | null {
  const { origin: asked, pathname } = new URL(url)
  if (method !== 'GET' || asked !== origin) return null
  if (pathname.startsWith(NEVER_CHANGING)) return 'file'
  return mode === 'navigate' && destination === 'document' && !OF_THE_SERVER.test(pathname) ? 'page' : null
}
