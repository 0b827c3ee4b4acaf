import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useLocation } from 'react-router'
import { session } from '@/api/session'
import { AuthCard } from '@/components/layout/auth-card'
import { ResetPasswordForm } from '@/components/auth/reset-password-form'

/** Page of a one-time link, whose token follows the "#" and so never reaches a server. */
export default function ResetPasswordPage() {
  const { t } = useTranslation()
  const { hash } = useLocation()
  const [isDone, setIsDone] = useState(false)
  const done = () => {
    setIsDone(true)
    // The reset may have ended this browser's own session.
    void session.refresh()
  }
  return (
    <AuthCard
      title={t(isDone ? 'auth.resetDone' : 'auth.resetTitle')}
      text={t(isDone ? 'auth.resetDoneText' : 'auth.resetText')}
      footer={{ link: t('auth.signIn'), to: '/login' }}
    >
      {!isDone && (
        <ResetPasswordForm token={new URLSearchParams(hash.slice(1)).get('token') ?? ''} onDone={done} />
      )}
    </AuthCard>
  )
}
