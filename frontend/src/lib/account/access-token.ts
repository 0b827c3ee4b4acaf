/**
 * The access token's lifetime, in milliseconds; null if the token does not state it. It is the difference between the
 * token's own `exp` and `iat`, so a wrong clock on this machine does not matter.
 */
export function lifetimeOf(token: string): number | null {
  const { exp, iat } = claimsOf(token)
  return typeof exp === 'number' && typeof iat === 'number' ? (exp - iat) * 1000 : null
}

/** The id of the token's user; empty if the token does not say. */
export function userOf(token: string): string {
  const { user_id: user } = claimsOf(token)
  return typeof user === 'string' ? user : ''
}

function claimsOf(token: string): Record<string, unknown> {
  const payload = token.split('.')[1]
  if (payload === undefined) return {}
  try {
    const claims: unknown = JSON.parse(atob(payload.replaceAll('-', '+').replaceAll('_', '/')))
    return typeof claims === 'object' && claims !== null ? { ...claims } : {}
  } catch {
    return {}
  }
}
