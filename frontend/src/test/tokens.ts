/** An access token like the server's, valid for `seconds`. Its signature is never checked here. */
export function accessToken(name: string, seconds = 900): string {
  const now = Math.floor(Date.now() / 1000)
  const part = (value: object) =>
    btoa(JSON.stringify(value)).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')
  return `${part({ alg: 'HS256' })}.${part({ user_id: name, iat: now, exp: now + seconds })}.signature`
}
