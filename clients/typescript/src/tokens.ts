/** Access tokens: signing in with a password, and renewing a pair of tokens (docs/api.md, section 3). */
import { ChatError } from './errors.js'

/**
 * Returns an access token, a new one if the server has refused the last; null if the session has ended. If it throws,
 * no token is available now, and the client tries again later.
 */
export type GetToken = (request: { isRefused: boolean }) => Promise<string | null> | string | null

/** The tokens of a session, as the server issues them. */
export interface TokenPair {
  access: string
  refresh: string
}

/** Signs in with a user name. Throws `ChatError` if the server refuses. */
export async function signIn(url: string, username: string, password: string): Promise<GetToken> {
  const response = await post(`${url}/api/auth/token/pair`, { username, password })
  if (!response.ok) throw new ChatError(`The server refuses to sign in ${username} (${response.status}).`)
  return createTokenRenewer(url, (await response.json()) as TokenPair)
}

/** Returns the access token of a pair, which is renewed as often as that is needed. */
export function createTokenRenewer(url: string, pair: TokenPair): GetToken {
  let current = pair
  let isEnded = false
  const renew = async () => {
    const response = await post(`${url}/api/auth/token/refresh`, { refresh: current.refresh })
    if (response.status === 401) isEnded = true
    else if (!response.ok) throw new ChatError(`The server could not renew the session (${response.status}).`)
    else current = (await response.json()) as TokenPair
  }
  let renewal: Promise<void> | null = null
  return async ({ isRefused }) => {
    if (isRefused && !isEnded) await (renewal ??= renew().finally(() => (renewal = null)))
    return isEnded ? null : current.access
  }
}

function post(url: string, body: unknown): Promise<Response> {
  return fetch(url, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  })
}
