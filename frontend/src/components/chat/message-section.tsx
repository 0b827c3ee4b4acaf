import { clsx } from 'clsx'
import { memo, type ReactNode, type Ref, useEffect, useRef } from 'react'
import { Answer } from '@/components/chat/answer'
import { Question } from '@/components/chat/question'
import type { MessageGroup } from '@/lib/message-groups'

interface MessageSectionProps {
  group: MessageGroup
  /** The last message of all, whose actions are always shown. */
  lastId: string | undefined
  /** It grows, and can be held at the top of the view. */
  isNewest: boolean
  isHeld: boolean
  newestRef: Ref<HTMLElement>
  children: ReactNode
}

/** A question with its answers. Once it has been laid out, the browser leaves it alone wherever it is out of sight. */
export function MessageSection({
  group,
  lastId,
  isNewest,
  isHeld,
  newestRef,
  children,
}: MessageSectionProps) {
  return (
    <section
      ref={isNewest ? newestRef : null}
      className={clsx(
        'flex scroll-mt-6 flex-col',
        isNewest && 'pb-8',
        isNewest && isHeld && 'min-h-[100cqh]',
      )}
    >
      <SettledMessages group={group} lastId={lastId} isNewest={isNewest} />
      {children}
    </section>
  )
}

const SettledMessages = memo(function SettledMessages({
  group,
  lastId,
  isNewest,
}: Pick<MessageSectionProps, 'group' | 'lastId' | 'isNewest'>) {
  const place = useRef<HTMLDivElement>(null)

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
      {group.messages.map((message) =>
        message.role === 'user' ? (
          <Question key={message.id} message={message} />
        ) : (
          <Answer key={message.id} message={message} isLast={message.id === lastId} />
        ),
      )}
    </div>
  )
})
