import type { ErrorDetail } from '@/types/api'

/** Errors of a form field; the texts are in the language files under `fields`. */
export type FieldError =
  | 'required'
  | 'email'
  | 'usernameLength'
  | 'usernameCharacters'
  | 'passwordTooShort'
  | 'passwordTooLong'
  | 'passwordTooCommon'
  | 'passwordNumeric'
  | 'passwordSimilar'
  | 'passwordWeak'
  | 'invalid'

const BY_TYPE: Record<string, FieldError> = {
  missing: 'required',
  password: 'passwordWeak',
  password_too_short: 'passwordTooShort',
  password_too_long: 'passwordTooLong',
  password_too_common: 'passwordTooCommon',
  password_entirely_numeric: 'passwordNumeric',
  password_too_similar: 'passwordSimilar',
  username_characters: 'usernameCharacters',
  username_length: 'usernameLength',
}

/** The server's first error for each of the named fields. */
export function fieldErrorsOf<F extends string>(
  detail: readonly ErrorDetail[],
  fields: readonly F[],
): Partial<Record<F, FieldError>> {
  const errors: Partial<Record<F, FieldError>> = {}
  for (const { loc, type } of detail) {
    const field = fields.find((name) => loc.includes(name))
    if (field !== undefined) errors[field] ??= BY_TYPE[type] ?? 'invalid'
  }
  return errors
}
