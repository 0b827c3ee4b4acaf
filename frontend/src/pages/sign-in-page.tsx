import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { Navigate, useLocation } from 'react-router'
import { registrationQuery } from '@/api/auth'
import { AuthCard } from '@/components/layout/auth-card'
import { SignInForm } from '@/components/auth/sign-in-form'

export default function SignInPage() {
  const { t } = useTranslation()
  const { search, hash } = useLocation()
  const { data: registration } = useQuery(registrationQuery)
  const registerPage = { pathname: '/register', search, hash }

  // No account exists yet.
  if (registration?.creates_administrator || registration?.setup_code_required)
    return <Navigate replace to={registerPage} />
  return (
    <AuthCard
      title={t('auth.signInTitle')}
      text={t('auth.signInText')}
      footer={{ text: t('auth.noAccount'), link: t('auth.register'), to: registerPage }}
    >
      <SignInForm />
    </AuthCard>
  )
}
