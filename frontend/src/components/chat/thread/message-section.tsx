import { clsx } from 'clsx'
import { memo, type ReactNode, type RefObject, useRef } from 'react'
import { Answer } from '@/components/chat/message/answer'
import { Question } from '@/components/chat/message/question'
import { useFullHeight } from '@/hooks/use-scroll'
import type { MessageGroup } from '@/lib/thread/message-groups'

interface MessageSectionProps {
  group: MessageGroup
  /** The last message of the conversation, if it is in this group: its actions are always shown. */
  lastId: string | undefined
  /** Set for the newest section, which grows and can be held at the top of the view. */
  newest: RefObject<HTMLElement | null> | undefined
  isHeld: boolean
  /** Pending questions, which are not messages yet. */
  children?: ReactNode
}

/** A question with its answers. */
export const MessageSection = memo(function MessageSection({
  group,
  lastId,
  newest,
  isHeld,
  children,
}: MessageSectionProps) {
  const own = useRef<HTMLElement>(null)
  const section = newest ?? own
  useFullHeight(section, isHeld)
  return (
    <section
      ref={section}
      className={clsx(
        'printed-whole flex scroll-mt-6 flex-col not-first:mt-4',
        newest && 'pb-8',
        // Until the view is measured: a section that is less high even for a moment moves the view up.
        isHeld && 'min-h-screen',
      )}
    >
      {group.messages.map((message) =>
        message.role === 'user' ? (
          <Question key={message.id} message={message} />
        ) : (
          <Answer key={message.id} message={message} isLast={message.id === lastId} />
        ),
      )}
      {children}
    </section>
  )
})
