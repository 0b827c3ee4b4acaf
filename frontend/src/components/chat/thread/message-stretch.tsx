import { clsx } from 'clsx'
import { memo, type ReactNode, type RefObject, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { MessageSection } from '@/components/chat/thread/message-section'
import { useFarHeight } from '@/hooks/use-far-height'
import type { MessageGroup, MessageStretch as Stretch } from '@/lib/message-groups'

interface MessageStretchProps {
  stretch: Stretch
  viewport: RefObject<HTMLElement | null>
  /** What only the newest section has, where it is the last of these. */
  newest?: NewestSection | undefined
}

interface NewestSection {
  lastId: string | undefined
  isHeld: boolean
  /** What has no place among the messages yet. */
  pending: ReactNode
}

/** A few questions with their answers: whole where a reader can be, and but their text far from there. */
export const MessageStretch = memo(function MessageStretch({
  stretch: { groups },
  viewport,
  newest,
}: MessageStretchProps) {
  const place = useRef<HTMLDivElement>(null)
  const { height, ...use } = useFarHeight(place, viewport, newest === undefined)
  return (
    <div
      ref={place}
      data-far={height === null ? undefined : ''}
      style={height === null ? undefined : { height }}
      className="flex flex-col not-first:mt-4 data-far:[contain:strict]"
      {...use}
    >
      {height !== null && groups.map((group) => <FarMessages key={group.id} group={group} />)}
      {height === null &&
        groups.map((group) => {
          const isNewest = newest !== undefined && group === groups.at(-1)
          return (
            <MessageSection
              key={group.id}
              group={group}
              viewport={viewport}
              lastId={isNewest ? newest.lastId : undefined}
              isNewest={isNewest}
              isHeld={isNewest && newest.isHeld}
            >
              {isNewest ? newest.pending : null}
            </MessageSection>
          )
        })}
    </div>
  )
})

/** Longer text is not even laid out, in characters. */
const LONG = 2_000

/**
 * As little as can be: all of a long conversation but a few messages is this. It is for the browser's own search, for
 * screen readers, and for who scrolls faster than the rest can be drawn.
 */
function FarMessages({ group }: { group: MessageGroup }) {
  const { t } = useTranslation()
  return group.messages.map(({ id, role, content }) => (
    <article
      key={id}
      aria-label={t(role === 'user' ? 'chat.you' : 'chat.assistant')}
      data-message-id={id}
      className={clsx(
        'whitespace-pre-wrap',
        role === 'user' && 'mb-10 max-w-[80%] self-end bg-sunken px-4 py-2',
        content.length > LONG && '[content-visibility:auto]',
      )}
    >
      {content}
    </article>
  ))
}
