import { clsx } from 'clsx'
import { memo, type ReactNode, type RefObject, useEffect, useRef } from 'react'
import { Answer } from '@/components/chat/answer'
import { SkippedContext } from '@/components/chat/chat-context'
import { Question } from '@/components/chat/question'
import { useIsSkipped } from '@/hooks/use-in-view'
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
  viewport,
  isHeld,
  children,
  ...settled
}: MessageSectionProps) {
  const { isNewest } = settled
  const section = useRef<HTMLElement>(null)
  useFullHeight(section, viewport, isHeld)
  return (
    <section ref={section} className={clsx('flex scroll-mt-6 flex-col not-first:mt-4', isNewest && 'pb-8')}>
      <SettledMessages {...settled} />
      {children}
    </section>
  )
})

/** Once they have been laid out, the browser leaves them alone wherever they are out of sight. */
const SettledMessages = memo(function SettledMessages({
  group,
  lastId,
  isNewest,
}: Omit<MessageSectionProps, 'viewport' | 'isHeld' | 'children'>) {
  const place = useRef<HTMLDivElement>(null)
  const isSkipped = useIsSkipped(place) && !isNewest

  useEffect(() => {
    const element = place.current
    if (isNewest || !element) return
    // Only what has been laid out is remembered by its true size, so that nothing jumps.
    const observer = new ResizeObserver(() => {
      observer.disconnect()
      element.dataset['settled'] = ''
    })
    observer.observe(element)
    return () => {
      observer.disconnect()
      delete element.dataset['settled']
    }
  }, [isNewest])

  return (
    <div
      ref={place}
      className="flex flex-col [contain-intrinsic-size:auto_24rem] data-settled:[content-visibility:auto]"
    >
      <SkippedContext value={isSkipped}>
        {group.messages.map((message) =>
          message.role === 'user' ? (
            <Question key={message.id} message={message} />
          ) : (
            <Answer key={message.id} message={message} isLast={message.id === lastId} />
          ),
        )}
      </SkippedContext>
    </div>
  )
})
