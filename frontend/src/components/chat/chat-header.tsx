import { Ellipsis } from 'lucide-react'
import { useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { ConversationMenu } from '@/components/layout/conversation-menu'
import { PanelHeader } from '@/components/layout/panel-header'
import { TitleEditor } from '@/components/layout/title-editor'
import { SavedChatSettings } from '@/components/settings/saved-chat-settings'
import { IconButton } from '@/components/ui/icon-button'
import { useChangeConversation } from '@/hooks/use-conversations'
import { titleText } from '@/i18n/title-text'
import { saveRename, useRenames } from '@/stores/renames'
import type { Conversation } from '@/types/api'

/** The header of an open conversation: its title, its settings and its menu. They are missing until it is loaded. */
export function ChatHeader({ conversation }: { conversation: Conversation | undefined }) {
  const { t } = useTranslation()
  const { mutate: change } = useChangeConversation()
  const field = `header:${conversation?.id ?? ''}`
  const isRenaming = useRenames((texts) => texts[field] !== undefined)
  const menuButton = useRef<HTMLButtonElement>(null)
  if (!conversation) return <PanelHeader title="" />
  const { id } = conversation
  const title = titleText(t, conversation.title)
  return (
    <PanelHeader
      title={title}
      editor={
        isRenaming && (
          <TitleEditor
            field={field}
            title={title}
            onDone={(next, isEndedByKey) => {
              if (isEndedByKey) menuButton.current?.focus()
              if (next !== null) change({ id, change: { title: next } })
            }}
          />
        )
      }
    >
      <SavedChatSettings conversation={conversation} />
      <ConversationMenu
        conversation={conversation}
        onRename={() => saveRename(field, title)}
        button={<IconButton ref={menuButton} Icon={Ellipsis} label={t('chat.menu')} />}
      />
    </PanelHeader>
  )
}
