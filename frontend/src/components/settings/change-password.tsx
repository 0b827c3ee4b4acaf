import { zodResolver } from '@hookform/resolvers/zod'
import { useForm } from 'react-hook-form'
import { useTranslation } from 'react-i18next'
import { z } from '@/lib/schema'
import { ApiError } from '@/api/api-error'
import { changePassword } from '@/api/auth'
import { FormProblem, useFormProblem } from '@/components/auth/form-problem'
import { PasswordInput } from '@/components/auth/password-input'
import { newPassword } from '@/components/auth/registration'
import { Button } from '@/components/ui/button'
import { Field } from '@/components/ui/field'
import { useLimits } from '@/hooks/use-limits'
import { type FieldError, fieldErrorsOf } from '@/lib/field-errors'
import { takeFilledFields } from '@/components/auth/filled-fields'
import { useToasts } from '@/stores/toasts'
import type { Limits } from '@/types/api'

const REQUIRED: FieldError = 'required'

function schemaFor(limits: Limits | undefined) {
  return z.object({ current: z.string().check(z.minLength(1, REQUIRED)), password: newPassword(limits) })
}

type Fields = z.infer<ReturnType<typeof schemaFor>>

const EMPTY: Fields = { current: '', password: '' }

export function ChangePassword() {
  const { t } = useTranslation()
  const limits = useLimits()
  const { register, handleSubmit, formState, setError, reset, getValues, setValue } = useForm<Fields>({
    resolver: zodResolver(schemaFor(limits)),
    defaultValues: EMPTY,
  })
  const { problem, show, clear } = useFormProblem()
  const errorOf = (name: keyof Fields) => {
    const key = formState.errors[name]?.message as FieldError | undefined
    return key && t(`fields.${key}`, { ...limits })
  }
  const submit = handleSubmit(async ({ current, password }) => {
    clear()
    try {
      await changePassword(current, password)
      reset(EMPTY)
      useToasts.getState().show({ tone: 'plain', text: t('settings.passwordChanged') })
    } catch (error) {
      // The server names the field `new` or `password`, depending on the error.
      const { new: malformed, password: weak } = fieldErrorsOf(
        error instanceof ApiError ? error.detail : [],
        ['new', 'password'],
      )
      const message = malformed ?? weak
      if (message) setError('password', { message })
      else show(error)
    }
  })
  return (
    <form
      noValidate
      aria-label={t('settings.changePassword')}
      onSubmit={(event) => {
        takeFilledFields(event.currentTarget, { getValues, setValue })
        void submit(event)
      }}
      className="flex flex-col gap-3 border-b border-line py-4"
    >
      <p className="text-sm font-medium">{t('settings.changePassword')}</p>
      <FormProblem problem={problem} />
      <div className="grid gap-3 sm:grid-cols-2">
        <Field label={t('settings.currentPassword')} error={errorOf('current')}>
          {(control) => (
            <PasswordInput {...control} {...register('current')} autoComplete="current-password" />
          )}
        </Field>
        <Field
          label={t('settings.newPassword')}
          hint={limits && t('auth.passwordHint', { ...limits })}
          error={errorOf('password')}
        >
          {(control) => <PasswordInput {...control} {...register('password')} autoComplete="new-password" />}
        </Field>
      </div>
      <Button type="submit" variant="outline" disabled={formState.isSubmitting} className="self-start">
        {t('settings.changePassword')}
      </Button>
    </form>
  )
}
