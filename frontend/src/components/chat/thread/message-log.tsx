import { useQueryClient } from '@tanstack/react-query'
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { AnswerAnnouncer } from '@/components/chat/thread/answer-announcer'
import { MessageStretch } from '@/components/chat/thread/message-stretch'
import { MoreMessages } from '@/components/chat/thread/more-messages'
import { PendingTurns } from '@/components/chat/thread/pending-turns'
import { JumpToNewest } from '@/components/chat/thread/jump-to-newest'
import { useSendableItems, useOutboxEditor } from '@/hooks/use-outbox'
import { loadNewestPart } from '@/core/conversation/load-thread-part'
import { type Log, LogContext } from '@/hooks/use-log'
import { usePrint } from '@/hooks/use-print'
import { useShownMessage } from '@/hooks/use-shown-message'
import { useKeptPlace, useScroll } from '@/hooks/use-scroll'
import { groupMessages, type MessageGroup, type Stretch, stretchesOf } from '@/lib/thread/message-groups'
import type { OutboxItem } from '@/lib/outbox/outbox'
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

/** The group of questions that the server has not accepted. */
const PENDING: MessageGroup = { id: 'pending', messages: [] }

export function MessageLog({
  conversationId,
  messages,
  hasOlder,
  hasNewer,
  targetId,
  outbox,
  activeId,
  onDiscard,
}: MessageLogProps) {
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
  usePrint(conversationId, content)
  useShownMessage(conversationId, targetId, rendered)
  const jumpToNewest = useJumpToNewest(conversationId, messages, hasNewer, toEnd)
  useHeldQuestion(sendingId, outbox, activeId, () => {
    if (newestSection.current) holdAt(newestSection.current)
  })

  const editor = useOutboxEditor(conversationId, outbox)
  const lastId = outbox.length === 0 && !hasNewer ? messages.at(-1)?.id : undefined
  const stretches = useStretches(messages, sendingId !== undefined || messages.length === 0)

  const pending = (
    <PendingTurns
      outbox={outbox}
      next={sendable[0]}
      isAnswering={activeId !== null}
      editor={editor}
      onDiscard={onDiscard}
    />
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
            {(hasOlder || hasNewer) && (
              <p className="hidden text-sm text-ink-2 print:block">{t('chat.printPartial')}</p>
            )}
            {hasOlder && <MoreMessages side="older" conversationId={conversationId} />}
            {stretches.map((stretch) => (
              <MessageStretch
                key={stretch.id}
                stretch={stretch}
                newest={
                  stretch === stretches.at(-1) ? { ref: newestSection, lastId, isHeld, pending } : undefined
                }
              />
            ))}
            {hasNewer && <MoreMessages side="newer" conversationId={conversationId} />}
          </div>
        </div>
        <AnswerAnnouncer messageId={activeId} />
        {(isAway || hasNewer) && <JumpToNewest waiting={outbox.length} onClick={jumpToNewest} />}
      </div>
    </LogContext>
  )
}

/** Returns a function that scrolls to the newest messages, and loads them first if they are missing. */
function useJumpToNewest(
  conversationId: string,
  messages: Message[],
  hasNewer: boolean,
  toEnd: (isSmooth?: boolean) => void,
): () => void {
  const client = useQueryClient()
  const scrollsToEnd = useRef(false)

  // Scrolls once the messages are rendered. Until then the view is at their top, which loads older ones.
  useLayoutEffect(() => {
    if (!scrollsToEnd.current || hasNewer || messages.length === 0) return
    scrollsToEnd.current = false
    toEnd()
  }, [messages, hasNewer, toEnd])

  return () => {
    if (!hasNewer) {
      toEnd(true)
      return
    }
    scrollsToEnd.current = true
    void loadNewestPart(client, conversationId)
  }
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

/** Holds the question being sent at the top, unless the user may still be reading the answer it waited for. */
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
