import { Archive, FileJson, FileText, Pencil, Pin, PinOff, Printer, Trash2 } from 'lucide-react'
import { useRef } from 'react'
import { useTranslation } from 'react-i18next'
import type { MenuState } from '@/components/ui/menu'
import { MenuItem, MenuSeparator } from '@/components/ui/menu-items'
import MenuPanel from '@/components/ui/menu-panel'
import { useArchiveWithUndo } from '@/hooks/use-archive-with-undo'
import { useDeleteWithUndo } from '@/hooks/use-delete-with-undo'
import { useExportConversation } from '@/hooks/use-export'
import { useAskToPrint } from '@/hooks/use-print'
import type { ConversationSummary } from '@/types/api'

interface ConversationMenuPanelProps extends MenuState {
  conversation: ConversationSummary
  onRename: () => void
  onPin: () => void
}

/** The open menu of `ConversationMenu`, in a separate chunk. */
export default function ConversationMenuPanel({
  conversation,
  onRename,
  onPin,
  ...menu
}: ConversationMenuPanelProps) {
  const { t } = useTranslation()
  const deleteWithUndo = useDeleteWithUndo()
  const archiveWithUndo = useArchiveWithUndo()
  const { mutate: exportAs } = useExportConversation(conversation)
  const print = useAskToPrint(conversation.id)
  const isRenamed = useRef(false)
  return (
    <MenuPanel
      {...menu}
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
      <MenuItem onSelect={print}>
        <Printer aria-hidden />
        {t('sidebar.print')}
      </MenuItem>
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
    </MenuPanel>
  )
}
