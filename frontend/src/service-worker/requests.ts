/** Which requests the service worker has a say in: those for pages and for files that never change. Pure. */

interface Asked {
  method: string
  url: string
  mode: string
  destination: string
}

/** Pages that are not ours to keep, and answers that must come from the server. */
const OF_THE_SERVER = /^\/(api|admin|static|ws)(\/|$)/
const NEVER_CHANGING = '/assets/'

/** What is asked for; null: the service worker stays out of it. */
export function kindOf({ method, url, mode, destination }: Asked, origin: string): 'page' | 'file' | null {
  const { origin: asked, pathname } = new URL(url)
  if (method !== 'GET' || asked !== origin) return null
  if (pathname.startsWith(NEVER_CHANGING)) return 'file'
  return mode === 'navigate' && destination === 'document' && !OF_THE_SERVER.test(pathname) ? 'page' : null
}
