import { z } from '@/lib/schema'
import type { FieldError } from '@/lib/field-errors'
import type { Limits } from '@/types/api'

const because = (error: FieldError) => error

export function newPassword(limits: Limits | undefined) {
  return z
    .string()
    .min(1, because('required'))
    .min(limits?.password_min ?? 0, because('passwordTooShort'))
    .max(limits?.password_max ?? Infinity, because('passwordTooLong'))
    .regex(/\D/, because('passwordNumeric'))
}

/** The server's rules for a new account, as far as the browser can check them. The server checks them all. */
export function registrationSchema(limits: Limits | undefined) {
  return z.object({
    email: z
      .string()
      .trim()
      .min(1, because('required'))
      .pipe(z.email(because('email'))),
    username: z
      .string()
      .trim()
      .min(1, because('required'))
      .min(limits?.username_min ?? 0, because('usernameLength'))
      .max(limits?.username_max ?? Infinity, because('usernameLength'))
      .regex(/^[A-Za-z0-9_-]*$/, because('usernameCharacters')),
    password: newPassword(limits),
    invite: z.string().trim(),
  })
}

export type RegistrationFields = z.infer<ReturnType<typeof registrationSchema>>

export const REGISTRATION_FIELDS = ['email', 'username', 'password', 'invite'] as const
