import { z } from '@/lib/schema'
import type { FieldError } from '@/lib/account/field-errors'
import type { Limits } from '@/types/api'

const because = (error: FieldError) => error

export const isFilled = z.minLength(1, because('required'))

export function newPassword(limits: Limits | undefined) {
  return z
    .string()
    .check(
      isFilled,
      z.minLength(limits?.password_min ?? 0, because('passwordTooShort')),
      z.maxLength(limits?.password_max ?? Infinity, because('passwordTooLong')),
      z.regex(/\D/, because('passwordNumeric')),
    )
}

/** The server's rules for a new account, as far as the browser can check them. The server checks them all. */
export function registrationSchema(limits: Limits | undefined) {
  return z.object({
    email: z.string().check(z.trim(), isFilled, z.regex(/^[^\s@]+@[^\s@.]+(\.[^\s@.]+)+$/, because('email'))),
    username: z
      .string()
      .check(
        z.trim(),
        isFilled,
        z.regex(/^[A-Za-z0-9_-]*$/, because('usernameCharacters')),
        z.minLength(limits?.username_min ?? 0, because('usernameLength')),
        z.maxLength(limits?.username_max ?? Infinity, because('usernameLength')),
      ),
    password: newPassword(limits),
    invite: z.string().check(z.trim()),
    setup_code: z.string().check(z.trim()),
  })
}
