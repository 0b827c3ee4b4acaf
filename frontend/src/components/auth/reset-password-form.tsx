import { useWatch } from 'react-hook-form'
import { useTranslation } from 'react-i18next'
import { resetPassword } from '@/api/auth'
import { AccountForm } from '@/components/auth/account-form'
import { NewPasswordField } from '@/components/auth/new-password-field'
import { newPassword } from '@/components/auth/registration'
import { useServerForm } from '@/components/auth/use-server-form'
import { useLimits } from '@/hooks/use-limits'
import { z } from '@/lib/schema'

interface ResetPasswordFormProps {
  token: string
  onDone: () => void
}

export function ResetPasswordForm({ token, onDone }: ResetPasswordFormProps) {
  const { t } = useTranslation()
  const limits = useLimits()
  const form = useServerForm({
    schema: z.object({ password: newPassword(limits) }),
    defaultValues: { password: '' },
    send: async ({ password }) => {
      await resetPassword(token, password)
      onDone()
    },
  })
  return (
    <AccountForm form={form} submitLabel={t('auth.setPassword')}>
      <NewPasswordField
        label={t('auth.newPassword')}
        {...form.fieldOf('password')}
        password={useWatch({ control: form.control, name: 'password' })}
      />
    </AccountForm>
  )
}
