/** Responses to requests for pages and files. */
import { findFile, findPage, storeFile } from './build-cache'
import { withFreshNonce } from './nonce'

/** How long to wait for a page from the server, in milliseconds. */
const PATIENCE_MS = 4_000
/** Status codes with which a proxy reports that its server is down. */
const DOWN = [502, 503, 504]

/** The page from the server; the cached one only if the server is unavailable. */
export async function respondWithPage(request: Request): Promise<Response> {
  const requested = fetch(request).catch(() => null)
  const response = await Promise.race([requested, after(PATIENCE_MS)])
  if (response && !DOWN.includes(response.status)) return response
  const cached = await findPage()
  return cached ? withFreshNonce(cached) : ((await requested) ?? Response.error())
}

/** The cached file, or the file from the server, which is then cached. */
export async function respondWithFile(event: FetchEvent): Promise<Response> {
  const cached = await findFile(event.request)
  if (cached) return cached
  const file = await fetch(event.request)
  // If the browser has no space left, the file is requested again next time.
  if (file.status === 200) event.waitUntil(storeFile(event.request, file.clone()).catch(() => undefined))
  return file
}

function after(milliseconds: number): Promise<null> {
  return new Promise((resolve) => setTimeout(() => resolve(null), milliseconds))
}
