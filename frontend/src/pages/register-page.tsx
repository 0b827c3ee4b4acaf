import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { useLocation } from 'react-router'
import { registrationQuery } from '@/api/auth'
import { RegisterForm } from '@/components/auth/register-form'
import { AuthCard } from '@/components/layout/auth-card'

export default function RegisterPage() {
  const { t } = useTranslation()
  const { search, hash } = useLocation()
  const { data: registration } = useQuery(registrationQuery)
  const invite = new URLSearchParams(hash.slice(1)).get('invite') ?? ''

  const needsSetupCode = registration?.setup_code_required === true && invite === ''
  if (registration?.creates_administrator || needsSetupCode)
    return (
      <AuthCard title={t('auth.administratorTitle')} text={t('auth.administratorText')}>
        <RegisterForm invite="" needsSetupCode={needsSetupCode} />
      </AuthCard>
    )
  return (
    <AuthCard
      title={t('auth.registerTitle')}
      text={t(invite === '' ? 'auth.registerText' : 'auth.invitedText')}
      footer={{
        text: t('auth.haveAccount'),
        link: t('auth.signIn'),
        to: { pathname: '/login', search, hash },
      }}
    >
      <RegisterForm invite={invite} />
    </AuthCard>
  )
}
