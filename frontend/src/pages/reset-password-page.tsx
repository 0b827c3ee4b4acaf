import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link, useLocation } from 'react-router'
import { session } from '@/api/session'
import { AuthCard } from '@/components/layout/auth-card'
import { ResetPasswordForm } from '@/components/auth/reset-password-form'

/** Where a one-time link leads; what it carries is after the "#", which no server is told. */
export default function ResetPasswordPage() {
  const { t } = useTranslation()
  const { hash } = useLocation()
  const [isDone, setIsDone] = useState(false)
  const done = () => {
    setIsDone(true)
    // It may have been this browser's own session that ended with the old password.
    void session.refresh()
  }
  return (
    <AuthCard
      title={t(isDone ? 'auth.resetDone' : 'auth.resetTitle')}
      text={t(isDone ? 'auth.resetDoneText' : 'auth.resetText')}
      footer={
        <Link to="/login" className="font-medium text-accent hover:underline">
          {t('auth.signIn')}
        </Link>
      }
    >
      {!isDone && (
        <ResetPasswordForm token={new URLSearchParams(hash.slice(1)).get('token') ?? ''} onDone={done} />
      )}
    </AuthCard>
  )
}
