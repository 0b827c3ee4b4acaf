/**
 * The path below which the server is on its host, such as `/chat`; empty at the root. Other servers and applications
 * may share the host, and with it all that browsers keep by origin.
 */
export const basePath =
  document.querySelector<HTMLMetaElement>('meta[name="base-path"]')?.content.replace(/\/$/, '') ?? ''

/** A name in what all pages of the host share: storage, databases, locks and channels. */
export function nameOnHost(name: string): string {
  return basePath === '' ? name : `${basePath}:${name}`
}

/** Moves a page that was opened without the base path below it, as on the port of the server itself. */
export function enterBasePath(): boolean {
  const { pathname, search, hash } = location
  if (pathname.startsWith(`${basePath}/`)) return true
  location.replace(`${basePath}${pathname === basePath ? '/' : pathname}${search}${hash}`)
  return false
}
