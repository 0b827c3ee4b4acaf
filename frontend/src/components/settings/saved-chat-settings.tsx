import { useTranslation } from 'react-i18next'
import { ChatSettingsSheet } from '@/components/settings/chat-settings-sheet'
import { useChangeConversation } from '@/hooks/use-conversations'
import { showToast } from '@/stores/toasts'
import type { Conversation } from '@/types/api'

/** Settings of an existing conversation, saved on the server. */
export function SavedChatSettings({ conversation }: { conversation: Conversation }) {
  const { t } = useTranslation()
  const { mutateAsync: change } = useChangeConversation()
  return (
    <ChatSettingsSheet
      settings={{
        model: conversation.model,
        systemPrompt: conversation.system_prompt,
        temperature: conversation.temperature,
      }}
      onSave={async ({ model, systemPrompt, temperature }) => {
        await change({
          id: conversation.id,
          change: { temperature, system_prompt: systemPrompt, ...(model !== null && { model }) },
        })
        showToast(t('settings.saved'))
      }}
    />
  )
}
