import { z } from '@/lib/schema'
import type { FieldError } from '@/lib/field-errors'
import type { Limits } from '@/types/api'

const because = (error: FieldError) => error

export function newPassword(limits: Limits | undefined) {
  return z
    .string()
    .check(
      z.minLength(1, because('required')),
      z.minLength(limits?.password_min ?? 0, because('passwordTooShort')),
      z.maxLength(limits?.password_max ?? Infinity, because('passwordTooLong')),
      z.regex(/\D/, because('passwordNumeric')),
    )
}

/** The server's rules for a new account, as far as the browser can check them. The server checks them all. */
export function registrationSchema(limits: Limits | undefined) {
  return z.object({
    email: z
      .string()
      .check(
        z.trim(),
        z.minLength(1, because('required')),
        z.regex(/^[^\s@]+@[^\s@.]+(\.[^\s@.]+)+$/, because('email')),
      ),
    username: z
      .string()
      .check(
        z.trim(),
        z.minLength(1, because('required')),
        z.regex(/^[A-Za-z0-9_-]*$/, because('usernameCharacters')),
        z.minLength(limits?.username_min ?? 0, because('usernameLength')),
        z.maxLength(limits?.username_max ?? Infinity, because('usernameLength')),
      ),
    password: newPassword(limits),
    invite: z.string().check(z.trim()),
    setup_code: z.string().check(z.trim()),
  })
}

export type RegistrationFields = z.infer<ReturnType<typeof registrationSchema>>

export const REGISTRATION_FIELDS = ['email', 'username', 'password', 'invite', 'setup_code'] as const
