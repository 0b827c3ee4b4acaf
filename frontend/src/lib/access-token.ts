/**
 * How long the token lives from its issue, in milliseconds; null when it does not say. A difference of its own two
 * times, so that a wrong clock on this machine does no harm.
 */
export function lifetimeOf(token: string): number | null {
  const payload = token.split('.')[1]
  if (payload === undefined) return null
  try {
    const claims: unknown = JSON.parse(atob(payload.replaceAll('-', '+').replaceAll('_', '/')))
    if (typeof claims !== 'object' || claims === null || !('exp' in claims) || !('iat' in claims)) return null
    if (typeof claims.exp !== 'number' || typeof claims.iat !== 'number') return null
    return (claims.exp - claims.iat) * 1000
  } catch {
    return null
  }
}
