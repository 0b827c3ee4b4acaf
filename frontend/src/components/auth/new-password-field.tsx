import { useId } from 'react'
import type { UseFormRegisterReturn } from 'react-hook-form'
import { PasswordInput } from '@/components/auth/password-input'
import { PasswordRules } from '@/components/auth/password-rules'
import { Field } from '@/components/ui/field'

interface NewPasswordFieldProps {
  label: string
  error: string | undefined
  input: UseFormRegisterReturn
  /** The current value. */
  password: string
  /** The user's other details. */
  others?: readonly string[]
}

/** Field for a new password, with its rules. */
export function NewPasswordField({ label, error, input, password, others }: NewPasswordFieldProps) {
  const rulesId = useId()
  return (
    <div className="flex flex-col gap-1.5">
      <Field label={label} error={error}>
        {(control) => (
          <PasswordInput
            {...control}
            {...input}
            aria-describedby={[control['aria-describedby'], rulesId].filter(Boolean).join(' ')}
            autoComplete="new-password"
          />
        )}
      </Field>
      <PasswordRules id={rulesId} password={password} {...(others && { others })} />
    </div>
  )
}
