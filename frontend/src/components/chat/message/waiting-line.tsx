import { useTranslation } from 'react-i18next'
import { useDelayed } from '@/hooks/use-delayed'

const LONG_WAIT_MS = 9_000

/** Placeholder for an answer before its first word. */
export function WaitingLine() {
  const { t } = useTranslation()
  const isLong = useDelayed(true, LONG_WAIT_MS)
  return (
    <p className="shimmer-text w-fit animate-shimmer">
      {isLong ? t('chat.stillWaiting') : t('chat.thinking')}
    </p>
  )
}
