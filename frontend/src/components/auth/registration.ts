import { z } from '@/lib/schema'
import type { FieldError } from '@/lib/field-errors'

const because = (error: FieldError) => error

export const newPassword = z
  .string()
  .min(1, because('required'))
  .min(12, because('passwordTooShort'))
  .max(128, because('passwordTooLong'))
  .regex(/\D/, because('passwordNumeric'))

/** The server's rules for a new account, as far as they can be told here; it has the last word. */
export const registrationSchema = z.object({
  email: z
    .string()
    .trim()
    .min(1, because('required'))
    .pipe(z.email(because('email'))),
  username: z
    .string()
    .trim()
    .min(1, because('required'))
    .min(3, because('usernameLength'))
    .max(50, because('usernameLength'))
    .regex(/^[A-Za-z0-9_-]*$/, because('usernameCharacters')),
  password: newPassword,
  invite: z.string().trim(),
})

export type RegistrationFields = z.infer<typeof registrationSchema>

export const REGISTRATION_FIELDS = ['email', 'username', 'password', 'invite'] as const
