/** The server's rules for a new password, as far as they can be told here; the texts are under `passwordRules`. */
export type PasswordRule = 'length' | 'letters' | 'own'

const SHORTEST = 12
/** Of shorter names nearly every text has a part. */
const SHORTEST_NAME = 4

/** Which rules the password meets; `others` is what else is known of the person. */
export function checkPassword(
  password: string,
  others: readonly string[],
): { rule: PasswordRule; isMet: boolean }[] {
  const text = password.toLowerCase()
  const names = others
    .flatMap((other) => [other, other.split('@')[0] ?? ''])
    .map((name) => name.trim().toLowerCase())
    .filter((name) => name.length >= SHORTEST_NAME)
  return [
    { rule: 'length', isMet: Array.from(password).length >= SHORTEST },
    { rule: 'letters', isMet: /\D/.test(password) },
    { rule: 'own', isMet: password !== '' && !names.some((name) => text.includes(name)) },
  ]
}
