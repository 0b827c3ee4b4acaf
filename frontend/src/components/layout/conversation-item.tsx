import { clsx } from 'clsx'
import { Ellipsis, Pencil, Pin, PinOff, Trash2 } from 'lucide-react'
import { memo, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { ActivityDot } from '@/components/layout/activity-dot'
import { TitleEditor } from '@/components/layout/title-editor'
import { IconButton } from '@/components/ui/icon-button'
import { Menu, MenuContent, MenuItem, MenuSeparator, MenuTrigger } from '@/components/ui/menu'
import { useChangeConversation } from '@/hooks/use-conversations'
import { useDeleteWithUndo } from '@/hooks/use-delete-with-undo'
import type { ConversationSummary } from '@/types/api'

interface ConversationItemProps {
  conversation: ConversationSummary
  isOpen: boolean
}

export const ConversationItem = memo(function ConversationItem({
  conversation,
  isOpen,
}: ConversationItemProps) {
  const { id, title, is_pinned } = conversation
  const { mutate: change } = useChangeConversation()
  const [isRenaming, setIsRenaming] = useState(false)

  if (isRenaming) {
    return (
      <li>
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
      className={clsx(
        'group/item relative flex items-center rounded-lg transition-colors',
        isOpen ? 'bg-pressed' : 'focus-within:bg-hover hover:bg-hover',
      )}
    >
      <Link
        to={`/c/${id}`}
        aria-current={isOpen ? 'page' : undefined}
        title={title}
        className="min-w-0 grow truncate rounded-lg py-1.5 pl-2.5 text-sm touch:py-2.5"
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

interface ConversationMenuProps {
  conversation: ConversationSummary
  isShown: boolean
  onRename: () => void
  onPin: () => void
}

function ConversationMenu({ conversation, isShown, onRename, onPin }: ConversationMenuProps) {
  const { t } = useTranslation()
  const deleteWithUndo = useDeleteWithUndo()
  const isRenamed = useRef(false)
  return (
    <Menu>
      <MenuTrigger asChild>
        <IconButton
          size="sm"
          label={t('sidebar.menu', { title: conversation.title })}
          className={clsx(
            'mx-1 group-focus-within/item:opacity-100 group-hover/item:opacity-100 data-[state=open]:opacity-100 touch:opacity-100',
            !isShown && 'opacity-0',
          )}
        >
          <Ellipsis aria-hidden />
        </IconButton>
      </MenuTrigger>
      <MenuContent
        align="start"
        onCloseAutoFocus={(event) => {
          // The name's field has taken the focus.
          if (isRenamed.current) event.preventDefault()
        }}
      >
        <MenuItem
          onSelect={() => {
            isRenamed.current = true
            onRename()
          }}
        >
          <Pencil aria-hidden />
          {t('sidebar.rename')}
        </MenuItem>
        <MenuItem onSelect={onPin}>
          {conversation.is_pinned ? <PinOff aria-hidden /> : <Pin aria-hidden />}
          {conversation.is_pinned ? t('sidebar.unpin') : t('sidebar.pin')}
        </MenuItem>
        <MenuSeparator />
        <MenuItem tone="danger" onSelect={() => deleteWithUndo(conversation)}>
          <Trash2 aria-hidden />
          {t('sidebar.delete')}
        </MenuItem>
      </MenuContent>
    </Menu>
  )
}
