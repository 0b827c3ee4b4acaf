import { useState } from 'react'
import { useWatch } from 'react-hook-form'
import { useTranslation } from 'react-i18next'
import { deleteAccount } from '@/api/auth'
import { session } from '@/api/session'
import { FormProblem } from '@/components/auth/form-problem'
import { PasswordField } from '@/components/auth/password-field'
import { useServerForm } from '@/components/auth/use-server-form'
import { SettingRow } from '@/components/settings/setting-row'
import { Button } from '@/components/ui/button'
import { z } from '@/lib/schema'

const schema = z.object({ password: z.string() })

/** Deletes the account. This cannot be undone, so it asks for the password. */
export function DeleteAccount() {
  const { t } = useTranslation()
  const [isAsking, setIsAsking] = useState(false)
  return (
    <>
      <SettingRow title={t('settings.deleteAccount')} text={t('settings.deleteAccountText')}>
        {!isAsking && (
          <Button variant="danger" onClick={() => setIsAsking(true)}>
            {t('settings.deleteAccountStart')}
          </Button>
        )}
      </SettingRow>
      {isAsking && <ConfirmDeletion onCancel={() => setIsAsking(false)} />}
    </>
  )
}

function ConfirmDeletion({ onCancel }: { onCancel: () => void }) {
  const { t } = useTranslation()
  const { register, control, problem, isSubmitting, onSubmit } = useServerForm({
    schema,
    defaultValues: { password: '' },
    send: async ({ password }) => {
      await deleteAccount(password)
      await session.signOut()
    },
  })
  const isEmpty = useWatch({ control, name: 'password' }) === ''
  return (
    <form onSubmit={onSubmit} className="flex flex-col gap-3 pt-4">
      <FormProblem problem={problem} />
      <PasswordField
        label={t('settings.deleteAccountPassword')}
        {...register('password')}
        autoFocus
        autoComplete="current-password"
      />
      <div className="flex gap-2">
        <Button type="submit" variant="danger" size="md" disabled={isEmpty || isSubmitting}>
          {t('settings.deleteAccountConfirm')}
        </Button>
        <Button size="md" onClick={onCancel}>
          {t('app.cancel')}
        </Button>
      </div>
    </form>
  )
}
