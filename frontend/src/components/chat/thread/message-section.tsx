import { clsx } from 'clsx'
import { memo, type ReactNode, type RefObject, useRef } from 'react'
import { Answer } from '@/components/chat/message/answer'
import { Question } from '@/components/chat/message/question'
import { useFullHeight } from '@/hooks/use-scroll'
import type { MessageGroup } from '@/lib/message-groups'

interface MessageSectionProps {
  group: MessageGroup
  viewport: RefObject<HTMLElement | null>
  /** The last message of all, whose actions are always shown, where it is in this group. */
  lastId: string | undefined
  /** It grows, and can be held at the top of the view. */
  isNewest: boolean
  isHeld: boolean
  /** What has no place among the messages yet. */
  children?: ReactNode
}

/** A question with its answers. */
export const MessageSection = memo(function MessageSection({
  group,
  viewport,
  lastId,
  isNewest,
  isHeld,
  children,
}: MessageSectionProps) {
  const section = useRef<HTMLElement>(null)
  useFullHeight(section, viewport, isHeld)
  return (
    <section
      ref={section}
      data-newest={isNewest ? '' : undefined}
      className={clsx('flex scroll-mt-6 flex-col not-first:mt-4', isNewest && 'pb-8')}
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
