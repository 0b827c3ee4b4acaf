import { zodResolver } from '@hookform/resolvers/zod'
import { useForm, useWatch } from 'react-hook-form'
import { useTranslation } from 'react-i18next'
import { ApiError } from '@/api/api-error'
import { resetPassword } from '@/api/auth'
import { AccountForm } from '@/components/auth/account-form'
import { useFormProblem } from '@/components/auth/form-problem'
import { NewPasswordField } from '@/components/auth/new-password-field'
import { newPassword } from '@/components/auth/registration'
import { useLimits } from '@/hooks/use-limits'
import { type FieldError, fieldErrorsOf } from '@/lib/field-errors'
import { z } from '@/lib/schema'

interface ResetPasswordFormProps {
  token: string
  onDone: () => void
}

export function ResetPasswordForm({ token, onDone }: ResetPasswordFormProps) {
  const { t } = useTranslation()
  const limits = useLimits()
  const form = useForm({
    resolver: zodResolver(z.object({ password: newPassword(limits) })),
    defaultValues: { password: '' },
  })
  const { register, formState } = form
  const { problem, show, clear } = useFormProblem()
  const fault = formState.errors.password?.message as FieldError | undefined

  const submit = form.handleSubmit(async ({ password }) => {
    clear()
    try {
      await resetPassword(token, password)
      onDone()
    } catch (error) {
      const detail = error instanceof ApiError ? error.detail : []
      const { password: message } = fieldErrorsOf(detail, ['password'])
      if (message) form.setError('password', { message })
      else show(error)
    }
  })
  return (
    <AccountForm
      form={form}
      isSubmitting={formState.isSubmitting}
      problem={problem}
      onSubmit={submit}
      submitLabel={t('auth.setPassword')}
    >
      <NewPasswordField
        label={t('auth.newPassword')}
        error={fault && t(`fields.${fault}`, { ...limits })}
        input={register('password')}
        password={useWatch({ control: form.control, name: 'password' })}
      />
    </AccountForm>
  )
}
