import { useQuery } from '@tanstack/react-query'
import { lazy, Suspense, useEffect } from 'react'
import { Navigate, Outlet, useLocation } from 'react-router'
import { registrationQuery } from '@/api/auth'
import { limitsQuery } from '@/api/limits'
import { preloadWhenIdle } from '@/app/preload'
import { WaitingPage } from '@/app/waiting'
import { useQuietMoment } from '@/hooks/use-quiet-moment'
import { useSessionStatus } from '@/hooks/use-session'
import { returnPath } from '@/lib/account/return-path'

const SessionEndedDialog = lazy(() => import('@/components/auth/session-ended-dialog'))

/** Pages for signed-in users; others sign in first and return. */
export function SignedInOnly() {
  const status = useSessionStatus()
  const { pathname, search } = useLocation()
  const asksToSignIn = useQuietMoment(status === 'ended')
  const isSignedIn = status === 'signed-in'

  useEffect(() => (isSignedIn ? preloadWhenIdle() : undefined), [isSignedIn])

  if (status === 'signed-in' || status === 'ended') {
    return (
      <>
        <Outlet />
        <Suspense>{asksToSignIn && <SessionEndedDialog />}</Suspense>
      </>
    )
  }
  if (status !== 'signed-out') return <WaitingPage isUnreachable={status === 'unreachable'} />
  const here = `${pathname}${search}`
  return <Navigate replace to={here === '/' ? '/login' : `/login?next=${encodeURIComponent(here)}`} />
}

/** Pages for users who are not signed in; others continue to the page that they asked for. */
export function SignedOutOnly() {
  const status = useSessionStatus()
  const { search } = useLocation()
  const isSignedOut = status === 'signed-out' || status === 'ended'
  // The sign-in form must not appear for a moment on a fresh installation, which has no account yet.
  const registration = useQuery({ ...registrationQuery, enabled: isSignedOut })
  // The rules for a new password name the server's lengths.
  const limits = useQuery({ ...limitsQuery, enabled: isSignedOut })
  const isPending = registration.isPending || limits.isPending

  if (isSignedOut) return isPending ? <WaitingPage isUnreachable={false} /> : <Outlet />
  if (status !== 'signed-in') return <WaitingPage isUnreachable={status === 'unreachable'} />
  return <Navigate replace to={returnPath(new URLSearchParams(search).get('next'))} />
}
