import { useWatch } from 'react-hook-form'
import { useTranslation } from 'react-i18next'
import { registerAccount, signIn } from '@/api/auth'
import { AccountForm } from '@/components/auth/account-form'
import { NewPasswordField } from '@/components/auth/new-password-field'
import { registrationSchema } from '@/components/auth/registration'
import { useServerForm } from '@/components/auth/use-server-form'
import { TextField } from '@/components/ui/field'
import { useLimits } from '@/hooks/use-limits'

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
  const form = useServerForm({
    schema: registrationSchema(limits),
    defaultValues: { email: '', username: '', password: '', invite, setup_code: '' },
    send: async ({ invite: code, setup_code, ...account }) => {
      await registerAccount({
        ...account,
        ...(code !== '' && { invite: code }),
        ...(setup_code !== '' && { setup_code }),
      })
      await signIn(account.email, account.password)
    },
  })
  const { fieldOf, problem } = form
  // A code from a link is shown only if the server rejects it.
  const asksForInvite = problem !== null && INVITE_ERRORS.has(problem.code)
  const [email, username, password] = useWatch({
    control: form.control,
    name: ['email', 'username', 'password'],
  })
  return (
    <AccountForm form={form} submitLabel={t('auth.register')}>
      <TextField label={t('auth.email')} {...fieldOf('email')} type="email" autoComplete="email" />
      <TextField
        label={t('auth.username')}
        hint={limits && t('auth.usernameHint', { ...limits })}
        {...fieldOf('username')}
        autoComplete="username"
        autoCapitalize="none"
        spellCheck={false}
      />
      <NewPasswordField
        label={t('auth.password')}
        {...fieldOf('password')}
        password={password}
        others={[email, username]}
      />
      {needsSetupCode && (
        <TextField
          label={t('auth.setupCode')}
          hint={t('auth.setupCodeHint')}
          {...fieldOf('setup_code')}
          autoComplete="off"
          autoCapitalize="characters"
          spellCheck={false}
        />
      )}
      {asksForInvite && <TextField label={t('auth.invite')} {...fieldOf('invite')} autoComplete="off" />}
    </AccountForm>
  )
}
