import { clsx } from 'clsx'
import { memo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { ActivityDot } from '@/components/layout/activity-dot'
import { ConversationMenu } from '@/components/layout/conversation-menu'
import { TitleEditor } from '@/components/layout/title-editor'
import { useChangeConversation } from '@/hooks/use-conversations'
import { titleText } from '@/i18n/title-text'
import type { ConversationSummary } from '@/types/api'

interface ConversationItemProps {
  conversation: ConversationSummary
  isOpen: boolean
  /** The place in the whole list, and its length: only part of the list is rendered. */
  place: number
  total: number
}

export const ConversationItem = memo(function ConversationItem({
  conversation,
  isOpen,
  place,
  total,
}: ConversationItemProps) {
  const { t } = useTranslation()
  const { id, is_pinned } = conversation
  const title = titleText(t, conversation.title)
  const { mutate: change } = useChangeConversation()
  const [isRenaming, setIsRenaming] = useState(false)

  if (isRenaming) {
    return (
      <li aria-posinset={place} aria-setsize={total} className="flex h-9 items-center touch:h-11">
        <TitleEditor
          title={title}
          onDone={(next) => {
            setIsRenaming(false)
            if (next !== null) change({ id, change: { title: next } })
          }}
        />
      </li>
    )
  }
  return (
    <li
      aria-posinset={place}
      aria-setsize={total}
      className={clsx(
        'group/item relative flex h-9 items-center rounded-lg transition-colors touch:h-11',
        isOpen ? 'bg-pressed' : 'focus-within:bg-hover hover:bg-hover',
      )}
    >
      <Link
        to={`/c/${id}`}
        aria-current={isOpen ? 'page' : undefined}
        dir="auto"
        title={title}
        className="min-w-0 grow truncate rounded-lg py-1.5 pl-2.5 text-sm touch:py-2"
      >
        {title}
      </Link>
      <ActivityDot conversationId={id} />
      <ConversationMenu
        conversation={conversation}
        isShown={isOpen}
        onRename={() => setIsRenaming(true)}
        onPin={() => change({ id, change: { is_pinned: !is_pinned } })}
      />
    </li>
  )
})
