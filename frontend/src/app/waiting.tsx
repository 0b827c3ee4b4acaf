import { useEffect } from 'react'
import { useTranslation } from 'react-i18next'
import { session } from '@/api/session'
import { Button } from '@/components/ui/button'
import { FullPageNotice } from '@/components/ui/full-page-notice'
import { LoadingLine } from '@/components/ui/loading-line'
import { useDelayed } from '@/hooks/use-delayed'
import { useIsOnline } from '@/hooks/use-is-online'
import { useOutbox } from '@/stores/outbox'

const SPLASH_AFTER_MS = 400
const RETRY_MS = 4_000

/** Shown until the session is known: nothing at first, then that it is loading, or why it cannot. */
export function WaitingPage({ isUnreachable }: { isUnreachable: boolean }) {
  const { t } = useTranslation()
  const isLong = useDelayed(!isUnreachable, SPLASH_AFTER_MS)
  return (
    <main className="flex h-dvh flex-col items-center justify-center">
      {isUnreachable && <Unreachable />}
      {isLong && <LoadingLine text={t('app.loading')} />}
    </main>
  )
}

/** The server or the network is down: the page continues when they are back. */
function Unreachable() {
  const { t } = useTranslation()
  const isOnline = useIsOnline()
  const waiting = useOutbox(({ items }) => items.length)

  useEffect(() => {
    const look = () => void session.refresh()
    const timer = setInterval(look, RETRY_MS)
    window.addEventListener('online', look)
    return () => {
      clearInterval(timer)
      window.removeEventListener('online', look)
    }
  }, [])

  const kept = waiting > 0 ? t('app.unreachableWaiting', { count: waiting }) : t('app.unreachableKept')
  return (
    <div role="status">
      <FullPageNotice
        title={isOnline ? t('app.unreachableTitle') : t('app.offlineTitle')}
        text={session.isRemembered() ? kept : t('app.unreachableText')}
      >
        <Button variant="outline" size="md" onClick={() => void session.start()}>
          {t('app.tryAgain')}
        </Button>
      </FullPageNotice>
    </div>
  )
}
