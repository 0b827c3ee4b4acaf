import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from 'react-router'
import { createConversation, threadQuery } from '@/api/conversations'
import { addConversation } from '@/hooks/conversation-cache'
import { EMPTY_THREAD } from '@/lib/thread'
import { createUuid } from '@/lib/uuid'
import { useTurns } from '@/stores/turns'
import type { ChatSettings } from '@/types/chat-settings'

interface FirstMessage {
  /** Made once a page, so that a second try makes no second conversation. */
  id: string
  content: string
  settings: ChatSettings
}

/** Makes the conversation, and leaves its first message for the conversation's page to send. */
export function useNewChat() {
  const client = useQueryClient()
  const navigate = useNavigate()
  return useMutation({
    mutationFn: ({ id, settings }: FirstMessage) =>
      createConversation({
        id,
        temperature: settings.temperature,
        ...(settings.model !== null && { model: settings.model }),
        ...(settings.systemPrompt !== '' && { system_prompt: settings.systemPrompt }),
      }),
    onSuccess: async (conversation, { content }) => {
      addConversation(client, conversation)
      client.setQueryData(threadQuery(conversation.id).queryKey, EMPTY_THREAD)
      useTurns
        .getState()
        .add(conversation.id, { type: 'chat.message', client_id: createUuid(), content, parent_id: null })
      await navigate(`/c/${conversation.id}`)
    },
  })
}
