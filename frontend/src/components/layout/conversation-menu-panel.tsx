import { useMutation } from '@tanstack/react-query'
import { Archive, FileJson, FileText, Pencil, Pin, PinOff, Printer, Trash2 } from 'lucide-react'
import { useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { exportConversation, type ExportFormat } from '@/api/exports'
import type { MenuState } from '@/components/ui/menu'
import { MenuItem, MenuSeparator } from '@/components/ui/menu-items'
import MenuPanel from '@/components/ui/menu-panel'
import { useArchiveWithUndo } from '@/hooks/use-archive'
import { useDeleteWithUndo } from '@/hooks/use-delete-with-undo'
import { useAskToPrint } from '@/hooks/use-print'
import { saveFile } from '@/lib/save-file'
import { usePreferences } from '@/stores/preferences'
import type { ConversationSummary } from '@/types/api'

interface ConversationMenuPanelProps extends MenuState {
  conversation: ConversationSummary
  onRename: () => void
  onPin: () => void
}

/** The menu of a conversation in the list, in a separate chunk. */
export default function ConversationMenuPanel({
  conversation,
  onRename,
  onPin,
  ...menu
}: ConversationMenuPanelProps) {
  const { t } = useTranslation()
  const { id, title, is_pinned } = conversation
  const deleteWithUndo = useDeleteWithUndo()
  const archiveWithUndo = useArchiveWithUndo()
  const { mutate: exportAs } = useMutation({
    mutationFn: (format: ExportFormat) => exportConversation(id, format, usePreferences.getState().language),
    onSuccess: (file, format) => saveFile(file, title, format === 'json' ? 'json' : 'md'),
  })
  const print = useAskToPrint(id)
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
        Icon={Pencil}
        text={t('sidebar.rename')}
        onSelect={() => {
          isRenamed.current = true
          onRename()
        }}
      />
      <MenuItem
        Icon={is_pinned ? PinOff : Pin}
        text={t(is_pinned ? 'sidebar.unpin' : 'sidebar.pin')}
        onSelect={onPin}
      />
      <MenuItem Icon={Archive} text={t('sidebar.archive')} onSelect={() => archiveWithUndo(conversation)} />
      <MenuSeparator />
      <MenuItem Icon={Printer} text={t('sidebar.print')} onSelect={print} />
      <MenuItem Icon={FileText} text={t('sidebar.exportMarkdown')} onSelect={() => exportAs('markdown')} />
      <MenuItem Icon={FileJson} text={t('sidebar.exportJson')} onSelect={() => exportAs('json')} />
      <MenuSeparator />
      <MenuItem
        Icon={Trash2}
        text={t('sidebar.delete')}
        tone="danger"
        onSelect={() => deleteWithUndo(conversation)}
      />
    </MenuPanel>
  )
}
