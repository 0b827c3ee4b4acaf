/** Access tokens: signing in with a password, and renewing a pair of tokens (docs/api.md, section 3). */
import { ApiError, SignedOutError } from './errors.js'
import { readApiObject } from './response-body.js'
import { baseUrlOf } from './server-access.js'

/**
 * Returns an access token, a new one if the server has refused the previous one; null if the session has ended. If it
 * throws, no token is available now: a stream tries again later, and a call throws the same error.
 */
export type GetToken = (request: { isRefused: boolean }) => Promise<string | null> | string | null

/** The tokens of a session, as the server issues them. */
export interface TokenPair {
  access: string
  refresh: string
}

/** Signs in with a user name. Throws `SignedOutError` for a wrong password, and `ApiError` for another refusal. */
export async function signIn(url: string, username: string, password: string): Promise<GetToken> {
  return createTokenRenewer(url, await postForTokens(url, 'pair', { username, password }))
}

/** Returns a function that gives the access token of a pair, and renews the pair when the server refuses the token. */
export function createTokenRenewer(url: string, pair: TokenPair): GetToken {
  let current = pair
  let isEnded = false
  const renew = async () => {
    try {
      current = await postForTokens(url, 'refresh', { refresh: current.refresh })
    } catch (error) {
      if (!(error instanceof SignedOutError)) throw error
      isEnded = true
    }
  }
  let renewal: Promise<void> | null = null
  return async ({ isRefused }) => {
    if (isRefused && !isEnded) await (renewal ??= renew().finally(() => (renewal = null)))
    return isEnded ? null : current.access
  }
}

async function postForTokens(url: string, kind: 'pair' | 'refresh', body: unknown): Promise<TokenPair> {
  const response = await fetch(`${baseUrlOf(url)}/api/auth/token/${kind}`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  })
  try {
    return (await readApiObject(response)) as TokenPair
  } catch (error) {
    throw error instanceof ApiError && error.status === 401 ? new SignedOutError(error.message) : error
  }
}
