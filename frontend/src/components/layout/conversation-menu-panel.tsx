import { useMutation } from '@tanstack/react-query'
import {
  Archive,
  ArchiveRestore,
  FileJson,
  FileText,
  Pencil,
  Pin,
  PinOff,
  Printer,
  Trash2,
} from 'lucide-react'
import { useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { exportConversation, type ExportFormat } from '@/api/exports'
import type { MenuState } from '@/components/ui/menu'
import { MenuItem, MenuSeparator } from '@/components/ui/menu-items'
import MenuPanel from '@/components/ui/menu-panel'
import { useArchiveWithUndo, useUnarchive } from '@/hooks/use-archive'
import { useChangeConversation } from '@/hooks/use-conversations'
import { useDeleteWithUndo } from '@/hooks/use-delete-with-undo'
import { useAskToPrint } from '@/hooks/use-print'
import { titleText } from '@/i18n/title-text'
import { saveFile } from '@/lib/browser/save-file'
import { usePreferences } from '@/stores/preferences'
import type { ConversationSummary } from '@/types/api'

interface ConversationMenuPanelProps extends MenuState {
  conversation: ConversationSummary
  onRename: () => void
}

/** The open menu of `ConversationMenu`, in a separate chunk. */
export default function ConversationMenuPanel({
  conversation,
  onRename,
  ...menu
}: ConversationMenuPanelProps) {
  const { t } = useTranslation()
  const { id, is_pinned, is_archived } = conversation
  const title = titleText(t, conversation.title)
  const { mutate: change } = useChangeConversation()
  const deleteWithUndo = useDeleteWithUndo()
  const archiveWithUndo = useArchiveWithUndo()
  const { mutate: unarchive } = useUnarchive()
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
        onSelect={() => change({ id, change: { is_pinned: !is_pinned } })}
      />
      {is_archived ? (
        <MenuItem Icon={ArchiveRestore} text={t('settings.unarchive')} onSelect={() => unarchive(id)} />
      ) : (
        <MenuItem Icon={Archive} text={t('sidebar.archive')} onSelect={() => archiveWithUndo(conversation)} />
      )}
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
