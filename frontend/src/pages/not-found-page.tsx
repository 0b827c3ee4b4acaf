import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { MessagePanel } from '@/components/ui/message-panel'

export function NotFoundPage() {
  const { t } = useTranslation()
  return (
    <main className="h-dvh">
      <MessagePanel title={t('app.notFoundTitle')}>
        <Link to="/" className="text-accent underline underline-offset-4">
          {t('app.backHome')}
        </Link>
      </MessagePanel>
    </main>
  )
}
