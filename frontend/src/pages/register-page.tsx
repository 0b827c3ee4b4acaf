import { useTranslation } from 'react-i18next'
import { Link, useLocation } from 'react-router'
import { AuthCard } from '@/components/auth/auth-card'
import { RegisterForm } from '@/components/auth/register-form'

export default function RegisterPage() {
  const { t } = useTranslation()
  const { search } = useLocation()
  return (
    <AuthCard
      title={t('auth.registerTitle')}
      text={t('auth.registerText')}
      footer={
        <>
          {t('auth.haveAccount')}{' '}
          <Link to={`/login${search}`} className="font-medium text-accent hover:underline">
            {t('auth.signIn')}
          </Link>
        </>
      }
    >
      <RegisterForm invite={new URLSearchParams(search).get('invite') ?? ''} />
    </AuthCard>
  )
}
