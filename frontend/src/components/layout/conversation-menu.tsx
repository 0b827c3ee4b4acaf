import { clsx } from 'clsx'
import { Archive, Ellipsis, FileJson, FileText, Pencil, Pin, PinOff, Trash2 } from 'lucide-react'
import { useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { IconButton } from '@/components/ui/icon-button'
import { Menu, MenuContent, MenuItem, MenuSeparator, MenuTrigger } from '@/components/ui/menu'
import { useArchiveWithUndo } from '@/hooks/use-archive-with-undo'
import { useDeleteWithUndo } from '@/hooks/use-delete-with-undo'
import { useExportConversation } from '@/hooks/use-export'
import { titleText } from '@/i18n/title-text'
import type { ConversationSummary } from '@/types/api'

interface ConversationMenuProps {
  conversation: ConversationSummary
  isShown: boolean
  onRename: () => void
  onPin: () => void
}

export function ConversationMenu({ conversation, isShown, onRename, onPin }: ConversationMenuProps) {
  const { t } = useTranslation()
  const deleteWithUndo = useDeleteWithUndo()
  const archiveWithUndo = useArchiveWithUndo()
  const { mutate: exportAs } = useExportConversation(conversation)
  const isRenamed = useRef(false)
  return (
    <Menu>
      <MenuTrigger asChild>
        <IconButton
          size="sm"
          label={t('sidebar.menu', { title: titleText(t, conversation.title) })}
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
          // The title field has the focus.
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
        <MenuItem onSelect={() => archiveWithUndo(conversation)}>
          <Archive aria-hidden />
          {t('sidebar.archive')}
        </MenuItem>
        <MenuSeparator />
        <MenuItem onSelect={() => exportAs('markdown')}>
          <FileText aria-hidden />
          {t('sidebar.exportMarkdown')}
        </MenuItem>
        <MenuItem onSelect={() => exportAs('json')}>
          <FileJson aria-hidden />
          {t('sidebar.exportJson')}
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
