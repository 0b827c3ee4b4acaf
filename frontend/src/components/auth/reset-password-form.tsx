import { zodResolver } from '@hookform/resolvers/zod'
import { useForm, useWatch } from 'react-hook-form'
import { useTranslation } from 'react-i18next'
import { ApiError } from '@/api/api-error'
import { resetPassword } from '@/api/auth'
import { FormProblem, useFormProblem } from '@/components/auth/form-problem'
import { NewPasswordField } from '@/components/auth/new-password-field'
import { newPassword } from '@/components/auth/registration'
import { Button } from '@/components/ui/button'
import { useLimits } from '@/hooks/use-limits'
import { type FieldError, fieldErrorsOf } from '@/lib/field-errors'
import { takeFilledFields } from '@/components/auth/filled-fields'
import { z } from '@/lib/schema'

interface ResetPasswordFormProps {
  token: string
  onDone: () => void
}

export function ResetPasswordForm({ token, onDone }: ResetPasswordFormProps) {
  const { t } = useTranslation()
  const limits = useLimits()
  const { register, handleSubmit, formState, setError, control, getValues, setValue } = useForm({
    resolver: zodResolver(z.object({ password: newPassword(limits) })),
    defaultValues: { password: '' },
  })
  const { problem, show, clear } = useFormProblem()
  const fault = formState.errors.password?.message as FieldError | undefined

  const submit = handleSubmit(async ({ password }) => {
    clear()
    try {
      await resetPassword(token, password)
      onDone()
    } catch (error) {
      const detail = error instanceof ApiError ? error.detail : []
      const { password: message } = fieldErrorsOf(detail, ['password'])
      if (message) setError('password', { message })
      else show(error)
    }
  })
  return (
    <form
      noValidate
      onSubmit={(event) => {
        takeFilledFields(event.currentTarget, { getValues, setValue })
        void submit(event)
      }}
      className="flex flex-col gap-4"
    >
      <FormProblem problem={problem} />
      <NewPasswordField
        label={t('auth.newPassword')}
        error={fault && t(`fields.${fault}`, { ...limits })}
        input={register('password')}
        password={useWatch({ control, name: 'password' })}
      />
      <Button
        type="submit"
        variant="primary"
        size="md"
        disabled={formState.isSubmitting}
        className="mt-2 h-11"
      >
        {t('auth.setPassword')}
      </Button>
    </form>
  )
}
