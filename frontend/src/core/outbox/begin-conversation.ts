import { createUuid } from 'ai-chat-client/internal'
import { session } from '@/api/session'
import type { ChatSettings } from '@/lib/models/chat-settings'
import { messageCommand, newItem, type NewMessage } from '@/lib/outbox/outbox'
import { putItem } from '@/stores/outbox'

/**
 * Puts the first message of a new conversation into the outbox, and returns the conversation's id. The server creates
 * the conversation when the message is sent.
 */
export function beginConversation({ content, attachments }: NewMessage, settings: ChatSettings): string {
  const { model, systemPrompt, temperature, effort } = settings
  const conversationId = createUuid()
  putItem(
    newItem({
      id: createUuid(),
      conversationId,
      owner: session.userId(),
      command: { ...messageCommand({ content, attachments }), client_id: createUuid(), parent_id: null },
      begins: {
        id: conversationId,
        temperature,
        ...(model !== null && { model }),
        ...(systemPrompt !== '' && { system_prompt: systemPrompt }),
        ...(effort !== '' && { reasoning_effort: effort }),
      },
    }),
  )
  return conversationId
}
