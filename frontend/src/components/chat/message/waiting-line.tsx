import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useLive } from '@/stores/live'

const LONG_WAIT_SECONDS = 5
/** Services send a keep-alive about every 15 seconds; the server passes it on at most every 5. */
const ALIVE_MS = 20_000

interface WaitingLineProps {
  /** Undefined before the server has accepted the question. */
  messageId?: string
}

/** Placeholder for an answer before its first word: how long the user has waited, and whether the service is alive. */
export function WaitingLine({ messageId }: WaitingLineProps) {
  const { t } = useTranslation()
  const wait = useLive((state) => (state.wait?.messageId === messageId ? state.wait : null))
  const [start] = useState(() => performance.now())
  const now = Math.max(useClock(), wait?.receivedAt ?? 0)
  const reportedSeconds = wait ? wait.seconds + (now - wait.receivedAt) / 1000 : 0
  const seconds = Math.floor(Math.max((now - start) / 1000, reportedSeconds))
  // No model is answering yet. The pending question says why.
  if (messageId === undefined && seconds >= LONG_WAIT_SECONDS) return null
  const isAlive = wait !== null && now - wait.receivedAt < ALIVE_MS
  return (
    <p className="w-fit text-ink-2">
      <span className="shimmer-text animate-shimmer tabular-nums">
        {seconds < LONG_WAIT_SECONDS ? t('chat.thinking') : t('chat.waitingFor', { seconds })}
      </span>
      {isAlive && <span className="ml-2 text-sm text-ink-3">{t('chat.serviceAlive')}</span>}
    </p>
  )
}

/** The time of `performance.now()`, read every second. */
function useClock(): number {
  const [now, setNow] = useState(() => performance.now())
  useEffect(() => {
    const timer = setInterval(() => setNow(performance.now()), 1000)
    return () => clearInterval(timer)
  }, [])
  return now
}
