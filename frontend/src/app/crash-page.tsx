import { useTranslation } from 'react-i18next'
import { Button } from '@/components/ui/button'
import { FullPageNotice } from '@/components/ui/full-page-notice'

export function CrashPage() {
  const { t } = useTranslation()
  return (
    <main className="h-dvh">
      <FullPageNotice title={t('app.crashedTitle')} text={t('app.crashedText')}>
        <Button variant="primary" size="md" onClick={() => location.reload()}>
          {t('app.reload')}
        </Button>
      </FullPageNotice>
    </main>
  )
}
