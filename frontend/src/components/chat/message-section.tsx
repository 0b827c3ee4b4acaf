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

/** Two views' heights away: further than where browsers begin to lay out again what comes near. */
const OUT_OF_SIGHT = '200% 0px'

/** A question with its answers. */
export const MessageSection = memo(function MessageSection({
  isHeld,
  children,
  ...settled
}: MessageSectionProps) {
  const { isNewest, viewport } = settled
  const section = useRef<HTMLElement>(null)
  useFullHeight(section, viewport, isHeld)
  return (
    <section ref={section} className={clsx('flex scroll-mt-6 flex-col not-first:mt-4', isNewest && 'pb-8')}>
      <SettledMessages {...settled} />
      {children}
    </section>
  )
})

/** Once they have gone out of sight, the browser leaves them alone wherever that is. */
const SettledMessages = memo(function SettledMessages({
  group,
  viewport,
  lastId,
  isNewest,
}: Omit<MessageSectionProps, 'isHeld' | 'children'>) {
  const place = useRef<HTMLDivElement>(null)
  const isSkipped = useIsSkipped(place) && !isNewest

  useEffect(() => {
    const element = place.current
    if (isNewest || !element) return
    // Not before: it is laid out by then, so that its true size is remembered, and need not be laid out once more.
    const observer = new IntersectionObserver(
      (entries) => {
        if (entries.at(-1)?.isIntersecting !== false) return
        observer.disconnect()
        element.dataset['settled'] = ''
      },
      { root: viewport.current, rootMargin: OUT_OF_SIGHT },
    )
    observer.observe(element)
    return () => {
      observer.disconnect()
      delete element.dataset['settled']
    }
  }, [isNewest, viewport])

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
