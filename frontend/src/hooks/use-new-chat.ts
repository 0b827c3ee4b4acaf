import { useCallback } from 'react'
import { useNavigate } from 'react-router'
import { beginConversation } from '@/core/begin-conversation'
import type { ChatSettings } from '@/lib/chat-settings'
import type { NewMessage } from '@/lib/outbox'

/** Begins a conversation with its first message and opens its page, which sends it. */
export function useNewChat(): (message: NewMessage, settings: ChatSettings) => void {
  const navigate = useNavigate()
  return useCallback(
    (message, settings) => void navigate(`/c/${beginConversation(message, settings)}`),
    [navigate],
  )
}
