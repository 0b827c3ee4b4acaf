import { z } from '@/lib/schema'
import type { FieldError } from '@/lib/account/field-errors'
import type { Limits } from '@/types/api'

/** Checks the name of the error, which zod takes as any text. */
const fieldError = (error: FieldError) => error

export const isFilled = z.minLength(1, fieldError('required'))

export function newPassword(limits: Limits | undefined) {
  return z
    .string()
    .check(
      isFilled,
      z.minLength(limits?.password_min ?? 0, fieldError('passwordTooShort')),
      z.maxLength(limits?.password_max ?? Infinity, fieldError('passwordTooLong')),
      z.regex(/\D/, fieldError('passwordNumeric')),
    )
}

/** The server's rules for a new account, as far as the browser can check them. The server checks them all. */
export function registrationSchema(limits: Limits | undefined) {
  return z.object({
    email: z
      .string()
      .check(z.trim(), isFilled, z.regex(/^[^\s@]+@[^\s@.]+(\.[^\s@.]+)+$/, fieldError('email'))),
    username: z
      .string()
      .check(
        z.trim(),
        isFilled,
        z.regex(/^[A-Za-z0-9_-]*$/, fieldError('usernameCharacters')),
        z.minLength(limits?.username_min ?? 0, fieldError('usernameLength')),
        z.maxLength(limits?.username_max ?? Infinity, fieldError('usernameLength')),
      ),
    password: newPassword(limits),
    invite: z.string().check(z.trim()),
    setup_code: z.string().check(z.trim()),
  })
}
