/** The server's rules for a new password, as far as the browser can check them; texts are under `passwordRules`. */
export type PasswordRule = 'length' | 'letters' | 'own'

/** Shorter names are similar to almost any text. */
const MIN_NAME_LENGTH = 4

/**
 * The rules the password meets. `others` are the user's other details, `shortest` is the server's minimum length;
 * until that is known, the length is not checked.
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
    .filter((name) => name.length >= MIN_NAME_LENGTH)
  const length = { rule: 'length', isMet: Array.from(password).length >= (shortest ?? 0) } as const
  return [
    ...(shortest === undefined ? [] : [length]),
    { rule: 'letters', isMet: /\D/.test(password) },
    { rule: 'own', isMet: password !== '' && !names.some((name) => text.includes(name)) },
  ]
}
