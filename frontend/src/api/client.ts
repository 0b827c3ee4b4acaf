import { ApiError, unreachable } from '@/api/api-error'
import { type HttpRequest, sendHttp } from '@/api/http'
import { session } from '@/api/session'

/** Sends a request with the user's token, and returns the response's body. Throws `ApiError`. */
export async function request<T>(call: Omit<HttpRequest, 'token'>): Promise<T> {
  return withToken((token) => sendHttp<T>({ ...call, token }))
}

/**
 * Sends a request with the user's token. A refused token is renewed once. If the session has ended, the request waits
 * until the user signs in again. Throws `ApiError`.
 */
export async function withToken<T>(send: (token: string | null) => Promise<T>): Promise<T> {
  if (session.status() === 'ended') await session.waitForSignIn()
  const token = await session.token()
  if (token === null && session.status() === 'ended') return withToken(send)
  if (token === null && session.status() !== 'signed-out') throw unreachable()
  try {
    return await send(token)
  } catch (error) {
    if (!(error instanceof ApiError) || error.status !== 401) throw error
    const outcome = await session.refresh()
    if (outcome === 'unreachable') throw unreachable()
    if (outcome === 'refused' && !(await session.waitForSignIn())) throw error
    return await send(await session.token())
  }
}
