import { type ComponentProps, useId } from 'react'
import { PasswordField } from '@/components/auth/password-field'
import { PasswordRules } from '@/components/auth/password-rules'

interface NewPasswordFieldProps extends ComponentProps<typeof PasswordField> {
  /** The current value. */
  password: string
  /** The user's other details. */
  others?: readonly string[]
}

export function NewPasswordField({ password, others = [], ...props }: NewPasswordFieldProps) {
  const rulesId = useId()
  return (
    <div className="flex flex-col gap-1.5">
      <PasswordField {...props} aria-describedby={rulesId} autoComplete="new-password" />
      <PasswordRules id={rulesId} password={password} others={others} />
    </div>
  )
}
