/** The server's rules for a new password, as far as they can be told here; the texts are under `passwordRules`. */
export type PasswordRule = 'length' | 'letters' | 'own'

/** Of shorter names nearly every text has a part. */
const SHORTEST_NAME = 4

/**
 * Which rules the password meets. `others` is what else is known of the user, `shortest` the server's least length;
 * until that is known, there is no rule about it.
 */
export function checkPassword(
  password: string,
  others: readonly string[],
  shortest: number | undefined,
): { rule: PasswordRule; isMet: boolean }[] {
  const text = password.toLowerCase()
  const names = others
    .flatMap((other) => [other, other.split('@')[0] ?? ''])
    .map((name) => name.trim().toLowerCase())
    .filter((name) => name.length >= SHORTEST_NAME)
  const length = { rule: 'length', isMet: Array.from(password).length >= (shortest ?? 0) } as const
  return [
    ...(shortest === undefined ? [] : [length]),
    { rule: 'letters', isMet: /\D/.test(password) },
    { rule: 'own', isMet: password !== '' && !names.some((name) => text.includes(name)) },
  ]
}
