import { clsx } from 'clsx'
import { useTranslation } from 'react-i18next'
import { useActivity } from '@/stores/activity'

/** Dot for a conversation with an answer being written, or with an unread one. */
export function ActivityDot({ conversationId }: { conversationId: string }) {
  const { t } = useTranslation()
  const isWriting = useActivity(({ writing }) => conversationId in writing)
  const isUnread = useActivity(({ unread }) => conversationId in unread)
  if (!isWriting && !isUnread) return null
  const label = t(isWriting ? 'sidebar.writing' : 'sidebar.unread')
  return (
    <span
      role="img"
      aria-label={label}
      title={label}
      className={clsx(
        'ml-2 size-2 shrink-0 animate-fade rounded-full',
        isWriting ? 'border-2 border-accent' : 'bg-accent forced-colors:bg-[Highlight]',
      )}
    />
  )
}
