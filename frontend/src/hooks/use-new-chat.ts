import { useCallback } from 'react'
import { useNavigate } from 'react-router'
import { session } from '@/api/session'
import { newItem } from '@/lib/outbox'
import { createUuid } from '@/lib/uuid'
import { putItem } from '@/stores/outbox'
import type { ChatSettings } from '@/lib/chat-settings'

/** Starts a chat: puts its first message into the outbox; the chat's page creates the conversation and sends it. */
export function useNewChat(): (content: string, settings: ChatSettings) => void {
  const navigate = useNavigate()
  return useCallback(
    (content, { model, systemPrompt, temperature }) => {
      const conversationId = createUuid()
      putItem(
        newItem({
          id: createUuid(),
          conversationId,
          owner: session.userId(),
          command: { type: 'chat.message', client_id: createUuid(), content, parent_id: null },
          begins: {
            id: conversationId,
            temperature,
            ...(model !== null && { model }),
            ...(systemPrompt !== '' && { system_prompt: systemPrompt }),
          },
        }),
      )
      void navigate(`/c/${conversationId}`)
    },
    [navigate],
  )
}
