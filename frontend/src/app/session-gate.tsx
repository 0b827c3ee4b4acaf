import { lazy, Suspense, useEffect } from 'react'
import { useTranslation } from 'react-i18next'
import { Navigate, Outlet, useLocation } from 'react-router'
import { session } from '@/api/session'
import { Button } from '@/components/ui/button'
import { MessagePanel } from '@/components/ui/message-panel'
import { Spinner } from '@/components/ui/spinner'
import { useDelayed } from '@/hooks/use-delayed'
import { useQuietMoment } from '@/hooks/use-quiet-moment'
import { useSessionStatus } from '@/hooks/use-session'
import { returnPath } from '@/lib/return-path'

const SPLASH_AFTER_MS = 400
const RETRY_MS = 4_000

const SessionEndedDialog = lazy(() => import('@/components/auth/session-ended-dialog'))

/** The pages behind it are for those signed in; others sign in first and come back. */
export function MembersOnly() {
  const status = useSessionStatus()
  const { pathname, search } = useLocation()
  const asksToSignIn = useQuietMoment(status === 'ended')
  if (status === 'signed-in' || status === 'ended') {
    return (
      <>
        <Outlet />
        <Suspense>{asksToSignIn && <SessionEndedDialog />}</Suspense>
      </>
    )
  }
  if (status !== 'signed-out') return <Waiting isUnreachable={status === 'unreachable'} />
  const here = `${pathname}${search}`
  return <Navigate replace to={here === '/' ? '/login' : `/login?next=${encodeURIComponent(here)}`} />
}

/** The pages behind it are for those not signed in; others go where they were going. */
export function GuestsOnly() {
  const status = useSessionStatus()
  const { search } = useLocation()
  if (status === 'signed-out' || status === 'ended') return <Outlet />
  if (status !== 'signed-in') return <Waiting isUnreachable={status === 'unreachable'} />
  return <Navigate replace to={returnPath(new URLSearchParams(search).get('next'))} />
}

function Waiting({ isUnreachable }: { isUnreachable: boolean }) {
  const { t } = useTranslation()
  const isLong = useDelayed(!isUnreachable, SPLASH_AFTER_MS)

  useEffect(() => {
    if (!isUnreachable) return
    const timer = setInterval(() => void session.refresh(), RETRY_MS)
    return () => clearInterval(timer)
  }, [isUnreachable])

  return (
    <main className="flex h-dvh flex-col items-center justify-center">
      {isUnreachable && (
        <MessagePanel title={t('app.unreachableTitle')} text={t('app.unreachableText')}>
          <Button variant="outline" size="md" onClick={() => void session.start()}>
            {t('app.tryAgain')}
          </Button>
        </MessagePanel>
      )}
      {isLong && <Spinner label={t('app.loading')} />}
    </main>
  )
}
