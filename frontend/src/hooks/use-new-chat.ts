import { useCallback } from 'react'
import { useNavigate } from 'react-router'
import { beginConversation } from '@/core/begin-conversation'
import type { ChatSettings } from '@/lib/chat-settings'

/** Begins a conversation with its first message and opens its page, which sends it. */
export function useNewChat(): (content: string, settings: ChatSettings) => void {
  const navigate = useNavigate()
  return useCallback(
    (content, settings) => void navigate(`/c/${beginConversation(content, settings)}`),
    [navigate],
  )
}
