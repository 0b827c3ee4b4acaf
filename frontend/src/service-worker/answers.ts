/** How requests are answered. */
import { keepFile, keptFile, keptPage } from './kept'
import { withFreshNonce } from './nonce'

/** So long the server may take for a page. */
const PATIENCE_MS = 4_000
/** What a proxy says while the server behind it is away. */
const AWAY = [502, 503, 504]

/** The page from the server; the kept one only where the server is away. */
export async function answerWithPage(request: Request): Promise<Response> {
  const asked = fetch(request).catch(() => null)
  const answer = await Promise.race([asked, after(PATIENCE_MS)])
  if (answer && !AWAY.includes(answer.status)) return answer
  const kept = await keptPage()
  return kept ? withFreshNonce(kept) : ((await asked) ?? Response.error())
}

/** The file as it is kept; from the server, and kept from then on, where it is not. */
export async function answerWithFile(event: FetchEvent): Promise<Response> {
  const kept = await keptFile(event.request)
  if (kept) return kept
  const file = await fetch(event.request)
  // One that the browser has no room for is asked for again the next time.
  if (file.status === 200) event.waitUntil(keepFile(event.request, file.clone()).catch(() => undefined))
  return file
}

function after(milliseconds: number): Promise<null> {
  return new Promise((resolve) => setTimeout(() => resolve(null), milliseconds))
}
