import { useTranslation } from 'react-i18next'
import { z } from '@/lib/schema'
import { changePassword } from '@/api/auth'
import { FormProblem } from '@/components/auth/form-problem'
import { PasswordField } from '@/components/auth/password-field'
import { isFilled, newPassword } from '@/components/auth/registration'
import { useServerForm } from '@/components/auth/use-server-form'
import { Button } from '@/components/ui/button'
import { useLimits } from '@/hooks/use-limits'
import { fieldErrorsOf } from '@/lib/account/field-errors'
import { showToast } from '@/stores/toasts'

export function ChangePassword() {
  const { t } = useTranslation()
  const limits = useLimits()
  const { fieldOf, problem, isSubmitting, onSubmit, reset } = useServerForm({
    schema: z.object({ current: z.string().check(isFilled), password: newPassword(limits) }),
    defaultValues: { current: '', password: '' },
    send: async ({ current, password }) => {
      await changePassword(current, password)
      reset()
      showToast(t('settings.passwordChanged'))
    },
    // The server names the field `new` or `password`, depending on the error.
    findErrors: ({ detail }) => ({ password: fieldErrorsOf(detail, ['new']).new }),
  })
  return (
    <form
      noValidate
      aria-label={t('settings.changePassword')}
      onSubmit={onSubmit}
      className="flex flex-col gap-3 border-b border-line py-4"
    >
      <p className="text-sm font-medium">{t('settings.changePassword')}</p>
      <FormProblem problem={problem} />
      <div className="grid gap-3 sm:grid-cols-2">
        <PasswordField
          label={t('settings.currentPassword')}
          {...fieldOf('current')}
          autoComplete="current-password"
        />
        <PasswordField
          label={t('settings.newPassword')}
          hint={limits && t('auth.passwordHint', { ...limits })}
          {...fieldOf('password')}
          autoComplete="new-password"
        />
      </div>
      <Button type="submit" variant="outline" disabled={isSubmitting} className="self-start">
        {t('settings.changePassword')}
      </Button>
    </form>
  )
}
