import { useQueryClient } from '@tanstack/react-query'
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { AnswerAnnouncer } from '@/components/chat/thread/answer-announcer'
import { MessageStretch } from '@/components/chat/thread/message-stretch'
import { MoreMessages } from '@/components/chat/thread/more-messages'
import { PendingTurn } from '@/components/chat/message/pending-turn'
import { JumpToNewest } from '@/components/chat/thread/jump-to-newest'
import { WaitingLine } from '@/components/chat/message/waiting-line'
import { useSendableItems, useOutboxEditor } from '@/hooks/use-outbox'
import { loadNewestPart } from '@/core/conversation/load-thread-part'
import { useIsOnline } from '@/hooks/use-is-online'
import { type Log, LogContext } from '@/hooks/use-log'
import { usePrint } from '@/hooks/use-print'
import { useShownMessage } from '@/hooks/use-shown-message'
import { useKeptPlace, useScroll } from '@/hooks/use-scroll'
import { groupMessages, type MessageGroup, type Stretch, stretchesOf } from '@/lib/thread/message-groups'
import type { OutboxItem } from '@/lib/outbox/outbox'
import { useLive } from '@/stores/live'
import type { Message } from '@/types/api'

interface MessageLogProps {
  conversationId: string
  messages: Message[]
  hasOlder: boolean
  hasNewer: boolean
  /** The message to scroll to, if the conversation is opened at one. */
  targetId: string | null
  outbox: OutboxItem[]
  activeId: string | null
  onDiscard: (item: OutboxItem) => void
}

/** The group of questions that are not messages yet. */
const PENDING: MessageGroup = { id: 'pending', messages: [] }

export function MessageLog({ messages, hasNewer, targetId, outbox, activeId, ...props }: MessageLogProps) {
  const { t } = useTranslation()
  const sendable = useSendableItems(outbox)
  const sendingId = activeId === null ? sendable.find(({ command }) => 'content' in command)?.id : undefined
  // After a message is sent from this page, its turn is held at the top of the view while the answer grows.
  const [isHeld, setIsHeld] = useState(sendingId !== undefined)
  if (sendingId !== undefined && !isHeld) setIsHeld(true)
  const newestSection = useRef<HTMLElement>(null)
  const { viewport, content, isAway, toEnd, holdAt } = useScroll(!isHeld && targetId === null, newestSection)
  const [rendered] = useState<Log['rendered']>(() => new Map())
  const log = useMemo(() => ({ viewport, rendered }), [viewport, rendered])
  useKeptPlace(log, messages[0]?.id)
  usePrint(props.conversationId, content)
  useShownMessage(props.conversationId, targetId, rendered)
  const client = useQueryClient()
  const scrollsToEnd = useRef(false)
  const toNewest = () => {
    if (!hasNewer) {
      toEnd(true)
      return
    }
    scrollsToEnd.current = true
    void loadNewestPart(client, props.conversationId)
  }
  // Scrolls when the messages are rendered. Until then the view is at their top, which loads older ones.
  useLayoutEffect(() => {
    if (!scrollsToEnd.current || hasNewer || messages.length === 0) return
    scrollsToEnd.current = false
    toEnd()
  }, [messages, hasNewer, toEnd])
  useHeldQuestion(sendingId, outbox, activeId, () => {
    if (newestSection.current) holdAt(newestSection.current)
  })

  const editor = useOutboxEditor(props.conversationId, outbox)
  const isConnected = useLive(({ connection }) => connection.kind === 'open')
  const isBeingSent = useIsOnline() && isConnected && sendable[0]?.isSent === true
  const lastId = outbox.length === 0 && !hasNewer ? messages.at(-1)?.id : undefined
  const stretches = useStretches(messages, sendingId !== undefined || messages.length === 0)

  const pending = (
    <>
      {outbox.map((item) => (
        <PendingTurn
          key={item.id}
          item={item}
          isFirst={item === sendable[0]}
          isAnswering={activeId !== null}
          editor={editor}
          onDiscard={props.onDiscard}
        />
      ))}
      {isBeingSent && <WaitingLine />}
    </>
  )
  return (
    <LogContext value={log}>
      <div className="printed-whole relative min-h-0 grow">
        <div
          ref={viewport}
          role="log"
          aria-live="off"
          aria-label={t('chat.log')}
          tabIndex={0}
          className="printed-whole h-full [scrollbar-gutter:stable] overflow-y-auto overscroll-contain -outline-offset-2 [overflow-anchor:none]"
        >
          <div ref={content} className="printed-whole relative mx-auto max-w-column px-4 pt-6 md:px-6">
            {(props.hasOlder || hasNewer) && (
              <p className="hidden text-sm text-ink-2 print:block">{t('chat.printPartial')}</p>
            )}
            {props.hasOlder && <MoreMessages side="older" conversationId={props.conversationId} />}
            {stretches.map((stretch) => (
              <MessageStretch
                key={stretch.id}
                stretch={stretch}
                newest={
                  stretch === stretches.at(-1)
                    ? { section: newestSection, lastId, isHeld, pending }
                    : undefined
                }
              />
            ))}
            {hasNewer && <MoreMessages side="newer" conversationId={props.conversationId} />}
          </div>
        </div>
        <AnswerAnnouncer messageId={activeId} />
        {(isAway || hasNewer) && <JumpToNewest waiting={outbox.length} onClick={toNewest} />}
      </div>
    </LogContext>
  )
}

/** Groups the messages by question, in stretches; unchanged stretches keep their identity. */
function useStretches(messages: Message[], isPending: boolean): Stretch[] {
  const [kept, setKept] = useState(() => stretched(messages, isPending))
  if (kept.messages === messages && kept.isPending === isPending) return kept.stretches
  const next = stretched(messages, isPending, kept)
  setKept(next)
  return next.stretches
}

interface Stretched {
  messages: Message[]
  isPending: boolean
  stretches: Stretch[]
}

function stretched(messages: Message[], isPending: boolean, before?: Stretched): Stretched {
  const groups = groupMessages(
    messages,
    before?.stretches.flatMap((stretch) => stretch.groups),
  )
  const stretches = stretchesOf(isPending ? [...groups, PENDING] : groups, before?.stretches)
  return { messages, isPending, stretches }
}

/** Holds the question being sent at the top, unless it waited for an answer, which the user may still be reading. */
function useHeldQuestion(
  sendingId: string | undefined,
  outbox: OutboxItem[],
  activeId: string | null,
  hold: () => void,
): void {
  const waited = useRef(new Set<string>())
  const holdNow = useRef(hold)

  useEffect(() => {
    holdNow.current = hold
    if (activeId !== null) for (const { id } of outbox) waited.current.add(id)
  })

  useEffect(() => {
    if (sendingId !== undefined && !waited.current.has(sendingId)) holdNow.current()
  }, [sendingId])
}
