import { useTranslation } from 'react-i18next'
import { Link, useLocation } from 'react-router'
import { AuthCard } from '@/components/layout/auth-card'
import { SignInForm } from '@/components/auth/sign-in-form'

export default function SignInPage() {
  const { t } = useTranslation()
  const { search, hash } = useLocation()
  return (
    <AuthCard
      title={t('auth.signInTitle')}
      text={t('auth.signInText')}
      footer={
        <>
          {t('auth.noAccount')}{' '}
          <Link
            to={{ pathname: '/register', search, hash }}
            className="font-medium text-accent hover:underline"
          >
            {t('auth.register')}
          </Link>
        </>
      }
    >
      <SignInForm />
    </AuthCard>
  )
}
