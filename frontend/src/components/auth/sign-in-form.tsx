import { zodResolver } from '@hookform/resolvers/zod'
import { useForm } from 'react-hook-form'
import { useTranslation } from 'react-i18next'
import { z } from '@/lib/schema'
import { signIn } from '@/api/auth'
import { AccountForm } from '@/components/auth/account-form'
import { useFormProblem } from '@/components/auth/form-problem'
import { PasswordInput } from '@/components/auth/password-input'
import { controlClass, Field } from '@/components/ui/field'
import type { FieldError } from '@/lib/field-errors'

const REQUIRED: FieldError = 'required'

const schema = z.object({
  name: z.string().check(z.trim(), z.minLength(1, REQUIRED)),
  password: z.string().check(z.minLength(1, REQUIRED)),
})

type SignIn = z.infer<typeof schema>

interface SignInFormProps {
  /** The user name of the session that ended; empty if unknown. */
  name?: string
}

export function SignInForm({ name: known = '' }: SignInFormProps) {
  const { t } = useTranslation()
  const form = useForm<SignIn>({
    resolver: zodResolver(schema),
    defaultValues: { name: known, password: '' },
  })
  const { register, formState } = form
  const { problem, show, clear } = useFormProblem()
  const errorOf = (name: keyof SignIn) => {
    const key = formState.errors[name]?.message as FieldError | undefined
    return key && t(`fields.${key}`)
  }

  const submit = form.handleSubmit(async ({ name, password }) => {
    clear()
    try {
      await signIn(name, password)
    } catch (error) {
      show(error, { AUTH_FAILED: 'WRONG_CREDENTIALS' })
    }
  })
  return (
    <AccountForm
      form={form}
      isSubmitting={formState.isSubmitting}
      problem={problem}
      onSubmit={submit}
      submitLabel={t('auth.signIn')}
    >
      <Field label={t('auth.name')} error={errorOf('name')}>
        {(control) => (
          <input
            {...control}
            {...register('name')}
            autoComplete="username"
            autoCapitalize="none"
            spellCheck={false}
            className={`${controlClass} h-11`}
          />
        )}
      </Field>
      <Field label={t('auth.password')} error={errorOf('password')}>
        {(control) => (
          <PasswordInput {...control} {...register('password')} autoComplete="current-password" />
        )}
      </Field>
    </AccountForm>
  )
}
