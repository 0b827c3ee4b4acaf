import { useTranslation } from 'react-i18next'
import { Link, useLocation } from 'react-router'
import { AuthCard } from '@/components/layout/auth-card'
import { RegisterForm } from '@/components/auth/register-form'

export default function RegisterPage() {
  const { t } = useTranslation()
  const { search, hash } = useLocation()
  const invite = new URLSearchParams(hash.slice(1)).get('invite') ?? ''
  return (
    <AuthCard
      title={t('auth.registerTitle')}
      text={t(invite === '' ? 'auth.registerText' : 'auth.invitedText')}
      footer={
        <>
          {t('auth.haveAccount')}{' '}
          <Link to={{ pathname: '/login', search, hash }} className="font-medium text-accent hover:underline">
            {t('auth.signIn')}
          </Link>
        </>
      }
    >
      <RegisterForm invite={invite} />
    </AuthCard>
  )
}
