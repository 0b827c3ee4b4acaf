import { RefreshCw } from 'lucide-react'
import { memo, useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { isActive, withLiveAnswer } from 'ai-chat-client/internal'
import { AnswerEnding } from '@/components/chat/message/answer-ending'
import { AnswerReasoning } from '@/components/chat/message/answer-reasoning'
import { AnswerText } from '@/components/chat/message/answer-text'
import { useChat } from '@/components/chat/message/chat-context'
import { MessageActions } from '@/components/chat/message/message-actions'
import { WaitingLine } from '@/components/chat/message/waiting-line'
import { IconButton } from '@/components/ui/icon-button'
import { useMessageRef } from '@/hooks/use-log'
import { modelName } from '@/lib/models/model-choice'
import { useIsBusy, useLive } from '@/stores/live'
import { useIsMarked } from '@/stores/marked-message'
import type { Message } from '@/types/api'

interface AnswerProps {
  message: Message
  isLast: boolean
}

export const Answer = memo(function Answer({ message, isLast }: AnswerProps) {
  const { t } = useTranslation()
  const live = useLive(({ answers }) => answers[message.id])
  const shown = useMemo(() => withLiveAnswer(message, live), [message, live])
  const isWriting = isActive(shown.status)
  const isMarked = useIsMarked(message.id)

  return (
    <article
      ref={useMessageRef(message.id, true)}
      aria-label={t('chat.assistant')}
      aria-busy={isWriting}
      aria-current={isMarked || undefined}
      className="message printed-whole group/message flex flex-col"
    >
      {shown.reasoning !== '' && (
        <AnswerReasoning text={shown.reasoning} isReasoning={isWriting && shown.content === ''} />
      )}
      {shown.content !== '' && <AnswerText text={shown.content} isBeingWritten={isWriting} />}
      {isWriting && shown.content === '' && shown.reasoning === '' && <WaitingLine messageId={message.id} />}
      {!isWriting && (
        <>
          <AnswerEnding message={shown} isLast={isLast} />
          <MessageActions
            message={shown}
            isAlwaysShown={isLast}
            className="mt-1.5 -ml-1.5"
            details={<ModelAndTime message={shown} />}
          >
            <RegenerateButton id={message.id} />
          </MessageActions>
        </>
      )}
    </article>
  )
})

function RegenerateButton({ id }: { id: string }) {
  const { t } = useTranslation()
  const { session } = useChat()
  const isBusy = useIsBusy()
  return (
    <IconButton
      Icon={RefreshCw}
      size="sm"
      label={t('actions.regenerate')}
      disabled={isBusy}
      onClick={() => session.send({ type: 'chat.regenerate', message_id: id })}
    />
  )
}

function ModelAndTime({ message }: { message: Message }) {
  const { i18n } = useTranslation()
  const time = new Date(message.created_at)
  return (
    <span className="ml-2 truncate text-xs text-ink-3 tabular-nums">
      {message.model_used !== '' && `${modelName(message.model_used)} · `}
      <time dateTime={message.created_at} title={time.toLocaleString(i18n.language)}>
        {time.toLocaleTimeString(i18n.language, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' })}
      </time>
    </span>
  )
}
