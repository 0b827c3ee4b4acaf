import { createContext, use } from 'react'
import type { ConversationSession } from '@/core/conversation/conversation-session'

export interface ChatContextValue {
  conversationId: string
  session: ConversationSession
}

export const ChatContext = createContext<ChatContextValue | null>(null)

export function useChat(): ChatContextValue {
  const value = use(ChatContext)
  if (!value) throw new Error('useChat needs a ChatContext around it.')
  return value
}
