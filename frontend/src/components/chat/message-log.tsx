import { clsx } from 'clsx'
import { ArrowDown } from 'lucide-react'
import { useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Answer } from '@/components/chat/answer'
import { AnswerAnnouncer } from '@/components/chat/answer-announcer'
import { OlderMessages } from '@/components/chat/older-messages'
import { PendingTurn } from '@/components/chat/pending-turn'
import { Question } from '@/components/chat/question'
import { WaitingLine } from '@/components/chat/waiting-line'
import { Button } from '@/components/ui/button'
import { useKeptPlace, useScroll } from '@/hooks/use-scroll'
import type { Turn } from '@/stores/turns'
import type { Message } from '@/types/api'

interface MessageLogProps {
  conversationId: string
  messages: Message[]
  hasOlder: boolean
  turns: Turn[]
  activeId: string | null
  onResend: (turn: Turn) => void
  onDiscard: (turn: Turn) => void
}

const isQuestion = ({ command }: Turn) => 'content' in command

export function MessageLog({ messages, turns, activeId, ...props }: MessageLogProps) {
  const { t } = useTranslation()
  const newestTurn = useRef<HTMLDivElement>(null)
  const questionId = turns.findLast(isQuestion)?.command.client_id
  // Something was sent from this page: its turn is held at the top of the view while the answer grows.
  const [isHeld, setIsHeld] = useState(questionId !== undefined)
  if (questionId !== undefined && !isHeld) setIsHeld(true)
  const { viewport, content, isAway, toEnd, holdAt } = useScroll(!isHeld)
  useKeptPlace(viewport, messages[0]?.id)

  useEffect(() => {
    if (questionId !== undefined && newestTurn.current) holdAt(newestTurn.current)
  }, [questionId, holdAt])

  const turnStart = turns.some(isQuestion)
    ? messages.length
    : Math.max(
        0,
        messages.findLastIndex((message) => message.role === 'user'),
      )
  const earlier = messages.slice(0, turnStart)
  const draw = (message: Message) =>
    message.role === 'user' ? (
      <Question key={message.id} message={message} />
    ) : (
      <Answer key={message.id} message={message} isLast={message === messages.at(-1) && !turns.length} />
    )

  return (
    <div className="relative min-h-0 grow">
      <div
        ref={viewport}
        role="log"
        aria-live="off"
        aria-label={t('chat.log')}
        tabIndex={0}
        className="[container-type:size] h-full [scrollbar-gutter:stable] overflow-y-auto overscroll-contain -outline-offset-2 [overflow-anchor:none]"
      >
        <div ref={content} className="relative mx-auto max-w-column px-4 md:px-6">
          {props.hasOlder && <OlderMessages conversationId={props.conversationId} viewport={viewport} />}
          {earlier.length > 0 && <div className="flex flex-col pt-6">{earlier.map(draw)}</div>}
          <div ref={newestTurn} className={clsx('flex flex-col pt-6 pb-8', isHeld && 'min-h-[100cqh]')}>
            {messages.slice(turnStart).map(draw)}
            {turns.map((turn) => (
              <PendingTurn
                key={turn.command.client_id}
                turn={turn}
                canResend={activeId === null}
                onResend={() => props.onResend(turn)}
                onDiscard={() => props.onDiscard(turn)}
              />
            ))}
            {turns.some(({ failure }) => !failure) && <WaitingLine />}
          </div>
        </div>
      </div>
      <AnswerAnnouncer messageId={activeId} />
      {isAway && (
        <Button
          variant="outline"
          onClick={() => toEnd('smooth')}
          className="absolute bottom-3 left-1/2 -translate-x-1/2 animate-fade rounded-full! bg-raised! shadow-raised"
        >
          <ArrowDown aria-hidden className="size-4" />
          {t('chat.toNewest')}
        </Button>
      )}
    </div>
  )
}
