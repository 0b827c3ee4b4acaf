import { useTranslation } from 'react-i18next'
import { QuestionBubble } from '@/components/chat/question-bubble'
import { Button } from '@/components/ui/button'
import { errorText } from '@/i18n/error-text'
import { useLive } from '@/stores/live'
import type { Turn } from '@/stores/turns'

interface PendingTurnProps {
  turn: Turn
  canResend: boolean
  onResend: () => void
  onDiscard: () => void
}

/** A turn that the server has not taken yet: on its way, waiting for the connection, or refused. */
export function PendingTurn({ turn, canResend, onResend, onDiscard }: PendingTurnProps) {
  const { t } = useTranslation()
  const isConnected = useLive(({ connection }) => connection.kind === 'open')
  const { command, failure } = turn
  return (
    <div className="flex flex-col items-end not-first:mt-6">
      {'content' in command && <QuestionBubble text={command.content} isPending={!failure} />}
      {failure ? (
        <div
          role="alert"
          className="mt-1 mb-2 flex min-h-8 flex-wrap items-center justify-end gap-x-2 text-sm text-danger"
        >
          <span>
            {t('chat.notSent')} · {errorText(t, failure)}
          </span>
          <Button variant="outline" disabled={!canResend} onClick={onResend}>
            {t('chat.resend')}
          </Button>
          <Button onClick={onDiscard}>{t('chat.discard')}</Button>
        </div>
      ) : (
        <p className="mt-0.5 mb-2 flex min-h-8 items-center text-xs text-ink-3">
          {isConnected ? t('chat.sending') : t('chat.waitingToSend')}
        </p>
      )}
    </div>
  )
}
