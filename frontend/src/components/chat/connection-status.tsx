import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { useConnectionNotice } from '@/hooks/use-connection-notice'
import { useDelayed } from '@/hooks/use-delayed'
import { useLive } from '@/stores/live'

const SILENT_MS = 2_000

/** A line above the composer while the connection is down. Short drops and waits are not mentioned. */
export function ConnectionStatus({ isAnswering }: { isAnswering: boolean }) {
  const { t } = useTranslation()
  const connection = useLive((state) => state.connection)
  const notice = useConnectionNotice()
  const isQueued = useDelayed(isAnswering && connection.kind === 'queued', SILENT_MS)
  const isSignedOut = connection.kind === 'closed' && connection.reason === 'signed-out'
  return (
    <div role="status" className="mx-auto max-w-column text-center text-sm text-ink-2">
      {notice && !isSignedOut && <p className="animate-fade pb-2">{t(`connection.${notice}`)}</p>}
      {isQueued && <p className="animate-fade pb-2">{t('connection.queued')}</p>}
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
