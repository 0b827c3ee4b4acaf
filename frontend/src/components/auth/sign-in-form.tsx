import { useTranslation } from 'react-i18next'
import { z } from '@/lib/schema'
import { signIn } from '@/api/auth'
import { AccountForm } from '@/components/auth/account-form'
import { PasswordField } from '@/components/auth/password-field'
import { isFilled } from '@/components/auth/registration'
import { useServerForm } from '@/components/auth/use-server-form'
import { TextField } from '@/components/ui/field'

const schema = z.object({
  name: z.string().check(z.trim(), isFilled),
  password: z.string().check(isFilled),
})

interface SignInFormProps {
  /** The user name of the session that ended; empty if unknown. */
  name?: string
}

export function SignInForm({ name: known = '' }: SignInFormProps) {
  const { t } = useTranslation()
  const form = useServerForm({
    schema,
    defaultValues: { name: known, password: '' },
    send: ({ name, password }) => signIn(name, password),
    codes: { AUTH_FAILED: 'WRONG_CREDENTIALS' },
  })
  const { fieldOf } = form
  return (
    <AccountForm form={form} submitLabel={t('auth.signIn')}>
      <TextField
        label={t('auth.name')}
        {...fieldOf('name')}
        autoComplete="username"
        autoCapitalize="none"
        spellCheck={false}
      />
      <PasswordField label={t('auth.password')} {...fieldOf('password')} autoComplete="current-password" />
      <details className="text-sm text-ink-2">
        <summary className="w-fit rounded-md hover:text-ink">{t('auth.forgot')}</summary>
        <p className="mt-1">{t('auth.forgotText')}</p>
      </details>
    </AccountForm>
  )
}
