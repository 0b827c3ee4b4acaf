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
  newestRef: RefObject<HTMLElement | null> | undefined
  isHeld: boolean
  /** Questions that the server has not accepted. */
  children?: ReactNode
}

/** A question with its answers. */
export const MessageSection = memo(function MessageSection({
  group,
  lastId,
  newestRef,
  isHeld,
  children,
}: MessageSectionProps) {
  const own = useRef<HTMLElement>(null)
  const section = newestRef ?? own
  useFullHeight(section, isHeld)
  return (
    <section
      ref={section}
      className={clsx(
        'printed-whole flex scroll-mt-6 flex-col not-first:mt-4',
        newestRef && 'pb-8',
        // Until the view is measured. A section that is shorter, even for a moment, scrolls the view.
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
