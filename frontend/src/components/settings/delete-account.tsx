import { type SubmitEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { FormProblem, useFormProblem } from '@/components/auth/form-problem'
import { PasswordInput } from '@/components/auth/password-input'
import { SettingRow } from '@/components/settings/setting-row'
import { Button } from '@/components/ui/button'
import { Field } from '@/components/ui/field'
import { deleteAccountAndLeave } from '@/hooks/use-account'

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
  const [password, setPassword] = useState('')
  const [isPending, setIsPending] = useState(false)
  const { problem, show, clear } = useFormProblem()

  const submit = async (event: SubmitEvent) => {
    event.preventDefault()
    clear()
    setIsPending(true)
    try {
      await deleteAccountAndLeave(password)
    } catch (error) {
      show(error)
      setIsPending(false)
    }
  }
  return (
    <form onSubmit={(event) => void submit(event)} className="flex flex-col gap-3 pt-4">
      <FormProblem problem={problem} />
      <Field label={t('settings.deleteAccountPassword')}>
        {(control) => (
          <PasswordInput
            {...control}
            value={password}
            autoFocus
            autoComplete="current-password"
            onChange={(event) => setPassword(event.target.value)}
          />
        )}
      </Field>
      <div className="flex gap-2">
        <Button type="submit" variant="danger" size="md" disabled={password === '' || isPending}>
          {t('settings.deleteAccountConfirm')}
        </Button>
        <Button size="md" onClick={onCancel}>
          {t('app.cancel')}
        </Button>
      </div>
    </form>
  )
}
