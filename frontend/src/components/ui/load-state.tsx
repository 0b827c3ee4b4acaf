import { clsx } from 'clsx'
import { useTranslation } from 'react-i18next'
import { Button } from '@/components/ui/button'
import { LoadingLine } from '@/components/ui/loading-line'

interface LoadStateProps {
  isError: boolean
  /** The text for a failed load, if the usual one does not fit. */
  errorText?: string
  onRetry: () => void
  className?: string
}

/** Shown while content loads, or if loading failed. */
export function LoadState({ isError, errorText, onRetry, className = 'items-start py-4' }: LoadStateProps) {
  const { t } = useTranslation()
  if (!isError) return <LoadingLine text={t('app.loading')} className={className} />
  return (
    <div className={clsx('flex flex-col gap-3', className)}>
      <p role="alert">{errorText ?? t('settings.loadFailed')}</p>
      <Button variant="outline" onClick={onRetry}>
        {t('app.tryAgain')}
      </Button>
    </div>
  )
}
