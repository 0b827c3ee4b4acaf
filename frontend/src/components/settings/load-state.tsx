import { useTranslation } from 'react-i18next'
import { Button } from '@/components/ui/button'
import { LoadingLine } from '@/components/ui/loading-line'

/** Shown while content loads, or if loading failed. */
export function LoadState({ isError, onRetry }: { isError: boolean; onRetry: () => void }) {
  const { t } = useTranslation()
  if (!isError) return <LoadingLine text={t('app.loading')} className="py-4" />
  return (
    <div className="flex flex-col items-start gap-3 py-4">
      <p role="alert">{t('settings.loadFailed')}</p>
      <Button variant="outline" onClick={onRetry}>
        {t('app.tryAgain')}
      </Button>
    </div>
  )
}
