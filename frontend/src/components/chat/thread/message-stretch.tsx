import { clsx } from 'clsx'
import { memo, type ReactNode, type RefObject, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { MessageSection } from '@/components/chat/thread/message-section'
import { useFarHeight } from '@/hooks/use-far-height'
import { useLog, useMessageRef } from '@/hooks/use-log'
import type { Stretch } from '@/lib/thread/message-groups'
import { hasLongWord } from '@/markdown/budget'
import type { Message } from '@/types/api'

interface MessageStretchProps {
  stretch: Stretch
  /** For the stretch that ends with the newest section. */
  newest?: NewestSection | undefined
}

interface NewestSection {
  ref: RefObject<HTMLElement | null>
  lastId: string | undefined
  isHeld: boolean
  /** Questions that the server has not accepted. */
  pending: ReactNode
}

/** A few questions with their answers: rendered fully near the view, and as plain text far from it. */
export const MessageStretch = memo(function MessageStretch({
  stretch: { groups },
  newest,
}: MessageStretchProps) {
  const { viewport } = useLog()
  const wrapper = useRef<HTMLDivElement>(null)
  const { height, ...handlers } = useFarHeight(wrapper, viewport, newest === undefined)
  return (
    <div
      ref={wrapper}
      style={height === null ? undefined : { height }}
      className={clsx('printed-whole flex flex-col not-first:mt-4', height !== null && '[contain:strict]')}
      {...handlers}
    >
      {height !== null &&
        groups.flatMap(({ messages }) =>
          messages.map((message) => <FarMessage key={message.id} message={message} />),
        )}
      {height === null &&
        groups.map((group) => {
          const isNewest = newest !== undefined && group === groups.at(-1)
          return (
            <MessageSection
              key={group.id}
              group={group}
              lastId={isNewest ? newest.lastId : undefined}
              newestRef={isNewest ? newest.ref : undefined}
              isHeld={isNewest && newest.isHeld}
            >
              {isNewest ? newest.pending : null}
            </MessageSection>
          )
        })}
    </div>
  )
})

/** In characters: longer text is not even laid out. */
const LONG_TEXT_LENGTH = 2_000

/**
 * A message as plain text, as nearly all messages of a long conversation are. It serves the browser's search, screen
 * readers, and users who scroll faster than the page can render.
 */
function FarMessage({ message: { id, role, content } }: { message: Message }) {
  const { t } = useTranslation()
  return (
    <article
      ref={useMessageRef(id, false)}
      aria-label={t(role === 'user' ? 'chat.you' : 'chat.assistant')}
      dir="auto"
      className={clsx(
        'message lines-by-direction whitespace-pre-wrap',
        role === 'user' && 'mb-10 max-w-[80%] self-end bg-sunken px-4 py-2',
        content.length > LONG_TEXT_LENGTH && '[content-visibility:auto]',
        hasLongWord(content) && 'without-kerning',
      )}
    >
      {content}
    </article>
  )
}
