import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { FullPageNotice } from '@/components/ui/full-page-notice'

export function NotFoundPage() {
  const { t } = useTranslation()
  return (
    <main className="h-dvh">
      <FullPageNotice title={t('app.notFoundTitle')}>
        <Link to="/" className="text-accent underline underline-offset-4">
          {t('app.backHome')}
        </Link>
      </FullPageNotice>
    </main>
  )
}
