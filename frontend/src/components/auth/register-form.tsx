import { zodResolver } from '@hookform/resolvers/zod'
import { useForm, useWatch } from 'react-hook-form'
import { useTranslation } from 'react-i18next'
import { ApiError } from '@/api/api-error'
import { registerAccount, signIn } from '@/api/auth'
import { AccountForm } from '@/components/auth/account-form'
import { useFormProblem } from '@/components/auth/form-problem'
import { NewPasswordField } from '@/components/auth/new-password-field'
import {
  REGISTRATION_FIELDS,
  type RegistrationFields,
  registrationSchema,
} from '@/components/auth/registration'
import { controlClass, Field } from '@/components/ui/field'
import { useLimits } from '@/hooks/use-limits'
import { type FieldError, fieldErrorsOf } from '@/lib/field-errors'

/** Error codes that ask for an invitation. */
const INVITE_ERRORS = new Set(['INVITE_REQUIRED', 'INVITE_INVALID'])

interface RegisterFormProps {
  /** The code of an invitation, or an empty string. */
  invite: string
  /** Whether the server has no accounts yet and asks for its set-up code. */
  needsSetupCode?: boolean
}

export function RegisterForm({ invite, needsSetupCode = false }: RegisterFormProps) {
  const { t } = useTranslation()
  const limits = useLimits()
  const form = useForm<RegistrationFields>({
    resolver: zodResolver(registrationSchema(limits)),
    defaultValues: { email: '', username: '', password: '', invite, setup_code: '' },
  })
  const { register, formState } = form
  const { problem, show, clear } = useFormProblem()
  const errorOf = (name: keyof RegistrationFields) => {
    const key = formState.errors[name]?.message as FieldError | undefined
    return key && t(`fields.${key}`, { ...limits })
  }
  // A code from a link is shown only if the server rejects it.
  const asksForInvite = problem !== null && INVITE_ERRORS.has(problem.code)
  const [email, username, password] = useWatch({
    control: form.control,
    name: ['email', 'username', 'password'],
  })

  const submit = form.handleSubmit(async ({ invite: code, setup_code, ...account }) => {
    clear()
    try {
      await registerAccount({
        ...account,
        ...(code !== '' && { invite: code }),
        ...(setup_code !== '' && { setup_code }),
      })
      await signIn(account.email, account.password)
    } catch (error) {
      const detail = error instanceof ApiError ? error.detail : []
      const errors = Object.entries(fieldErrorsOf(detail, REGISTRATION_FIELDS))
      for (const [field, message] of errors) form.setError(field as keyof RegistrationFields, { message })
      if (errors.length === 0) show(error)
    }
  })
  return (
    <AccountForm
      form={form}
      isSubmitting={formState.isSubmitting}
      problem={problem}
      onSubmit={submit}
      submitLabel={t('auth.register')}
    >
      <Field label={t('auth.email')} error={errorOf('email')}>
        {(control) => (
          <input
            {...control}
            {...register('email')}
            type="email"
            autoComplete="email"
            className={`${controlClass} h-11`}
          />
        )}
      </Field>
      <Field
        label={t('auth.username')}
        hint={limits && t('auth.usernameHint', { ...limits })}
        error={errorOf('username')}
      >
        {(control) => (
          <input
            {...control}
            {...register('username')}
            autoComplete="username"
            autoCapitalize="none"
            spellCheck={false}
            className={`${controlClass} h-11`}
          />
        )}
      </Field>
      <NewPasswordField
        label={t('auth.password')}
        error={errorOf('password')}
        input={register('password')}
        password={password}
        others={[email, username]}
      />
      {needsSetupCode && (
        <Field label={t('auth.setupCode')} hint={t('auth.setupCodeHint')} error={errorOf('setup_code')}>
          {(control) => (
            <input
              {...control}
              {...register('setup_code')}
              autoComplete="off"
              autoCapitalize="characters"
              spellCheck={false}
              className={`${controlClass} h-11`}
            />
          )}
        </Field>
      )}
      {asksForInvite && (
        <Field label={t('auth.invite')} error={errorOf('invite')}>
          {(control) => (
            <input
              {...control}
              {...register('invite')}
              autoComplete="off"
              className={`${controlClass} h-11`}
            />
          )}
        </Field>
      )}
    </AccountForm>
  )
}
