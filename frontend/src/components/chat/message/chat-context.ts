import { createContext, use } from 'react'
import type { TurnWithId } from '@/lib/outbox'

export interface ChatContextValue {
  conversationId: string
  startTurn: (command: TurnWithId) => void
}

export const ChatContext = createContext<ChatContextValue | null>(null)

export function useChat(): ChatContextValue {
  const value = use(ChatContext)
  if (!value) throw new Error('useChat needs a ChatContext around it.')
  return value
}
