import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { endOtherSessions, endSession, sessionsQuery } from '@/api/auth'
import { LoadState } from '@/components/ui/load-state'
import { Button } from '@/components/ui/button'
import { deviceName } from '@/lib/account/device-name'
import type { Session } from '@/types/api'

/** The user's signed-in devices, this one first, with a button to sign out each of the others. */
export function DeviceList() {
  const { t } = useTranslation()
  const { data, isError, refetch } = useQuery(sessionsQuery)
  const client = useQueryClient()
  const { mutate: end, isPending } = useMutation({
    mutationFn: (id: string | null) => (id === null ? endOtherSessions() : endSession(id)),
    onSettled: () => client.invalidateQueries({ queryKey: sessionsQuery.queryKey }),
  })
  if (!data) return <LoadState isError={isError} onRetry={() => void refetch()} />
  const sessions = data.sessions.toSorted((a, b) => Number(b.current) - Number(a.current))
  return (
    <section aria-label={t('settings.devices')} className="py-4">
      <div className="flex flex-wrap items-center justify-between gap-2">
        <h3 className="text-sm font-medium">{t('settings.devices')}</h3>
        {sessions.length > 1 && (
          <Button variant="danger" disabled={isPending} onClick={() => end(null)}>
            {t('settings.endOthers')}
          </Button>
        )}
      </div>
      <ul>
        {sessions.map((session) => (
          <Device key={session.id} session={session} isDisabled={isPending} onEnd={() => end(session.id)} />
        ))}
      </ul>
    </section>
  )
}

interface DeviceProps {
  session: Session
  isDisabled: boolean
  onEnd: () => void
}

function Device({ session, isDisabled, onEnd }: DeviceProps) {
  const { t, i18n } = useTranslation()
  const device = deviceName(session.user_agent) || t('settings.unknownDevice')
  const name = session.administration ? `${t('settings.administration')} · ${device}` : device
  const moment = new Intl.DateTimeFormat(i18n.language, { dateStyle: 'medium', timeStyle: 'short' })
  return (
    <li className="flex min-h-14 items-center justify-between gap-3 border-b border-line py-2 last:border-none">
      <div className="min-w-0">
        <p className="text-sm">{name}</p>
        <p className="text-xs text-ink-3">
          {t('settings.lastSeen', {
            address: session.address,
            time: moment.format(new Date(session.last_seen_at)),
          })}
        </p>
      </div>
      {session.current ? (
        <span className="shrink-0 px-2.5 text-sm text-accent">{t('settings.thisDevice')}</span>
      ) : (
        <Button
          aria-label={t('settings.endSessionOf', { device: name })}
          disabled={isDisabled}
          onClick={onEnd}
        >
          {t('settings.endSession')}
        </Button>
      )}
    </li>
  )
}
