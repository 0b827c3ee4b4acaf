import { clsx } from 'clsx'
import { Ellipsis } from 'lucide-react'
import { memo, useLayoutEffect, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { ActivityDot } from '@/components/layout/activity-dot'
import { ConversationMenu } from '@/components/layout/conversation-menu'
import { TitleEditor } from '@/components/layout/title-editor'
import { IconButton } from '@/components/ui/icon-button'
import { useChangeConversation } from '@/hooks/use-conversations'
import { titleText } from '@/i18n/title-text'
import { saveRename, useRenames } from '@/stores/renames'
import type { ConversationSummary } from '@/types/api'

interface ConversationItemProps {
  conversation: ConversationSummary
  isOpen: boolean
  /** The position in the whole list, and its length: only part of the list is rendered. */
  position: number
  total: number
}

export const ConversationItem = memo(function ConversationItem({
  conversation,
  isOpen,
  position,
  total,
}: ConversationItemProps) {
  const { t } = useTranslation()
  const { id } = conversation
  const title = titleText(t, conversation.title)
  const { mutate: change } = useChangeConversation()
  const field = `list:${id}`
  const isRenaming = useRenames((texts) => texts[field] !== undefined)
  const link = useRef<HTMLAnchorElement>(null)
  const takesFocus = useRef(false)

  // Not by a callback ref: Link calls that again each time the row is rendered, long after the focus has moved on.
  useLayoutEffect(() => {
    if (isRenaming || !takesFocus.current) return
    takesFocus.current = false
    link.current?.focus()
  }, [isRenaming])

  if (isRenaming) {
    return (
      <li aria-posinset={position} aria-setsize={total} className="flex h-9 items-center touch:h-11">
        <TitleEditor
          field={field}
          title={title}
          onDone={(next, isEndedByKey) => {
            takesFocus.current = isEndedByKey
            if (next !== null) change({ id, change: { title: next } })
          }}
        />
      </li>
    )
  }
  return (
    <li
      aria-posinset={position}
      aria-setsize={total}
      className={clsx(
        'group/item relative flex h-9 items-center rounded-lg transition-colors touch:h-11',
        isOpen ? 'bg-pressed' : 'focus-within:bg-hover hover:bg-hover',
      )}
    >
      <Link
        ref={link}
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
        onRename={() => saveRename(field, title)}
        button={
          <IconButton
            Icon={Ellipsis}
            size="sm"
            label={t('sidebar.menu', { title })}
            className={clsx(
              'mx-1 group-focus-within/item:opacity-100 group-hover/item:opacity-100 data-[state=open]:opacity-100 touch:opacity-100',
              !isOpen && 'opacity-0',
            )}
          />
        }
      />
    </li>
  )
})
