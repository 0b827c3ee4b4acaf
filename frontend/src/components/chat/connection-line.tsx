import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { useDelayed } from '@/hooks/use-delayed'
import { useLive } from '@/stores/live'

const SILENT_MS = 2_000

/** A line above the composer while the connection is gone. Short drops pass in silence. */
export function ConnectionLine() {
  const { t } = useTranslation()
  const connection = useLive((state) => state.connection)
  const isDown = connection.kind === 'waiting' || connection.kind === 'connecting'
  const isShown = useDelayed(isDown, SILENT_MS)
  const isSignedOut = connection.kind === 'closed' && connection.reason === 'signed-out'
  return (
    <div role="status" className="mx-auto max-w-column text-center text-sm text-ink-2">
      {isShown && <p className="animate-fade pb-2">{t('connection.lost')}</p>}
      {isSignedOut && (
        <p className="animate-fade pb-2">
          {t('connection.signedOut')}{' '}
          <Link to="/login" className="text-accent underline underline-offset-4">
            {t('connection.signInAgain')}
          </Link>
        </p>
      )}
    </div>
  )
}
