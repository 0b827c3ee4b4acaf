import { useTranslation } from 'react-i18next'
import { Button } from '@/components/ui/button'
import { MessagePanel } from '@/components/ui/message-panel'

export function CrashPage() {
  const { t } = useTranslation()
  return (
    <main className="h-dvh">
      <MessagePanel title={t('app.crashedTitle')} text={t('app.crashedText')}>
        <Button variant="primary" size="md" onClick={() => location.reload()}>
          {t('app.reload')}
        </Button>
      </MessagePanel>
    </main>
  )
}
