import { createContext, use } from 'react'
import type { TurnCommand } from '@/types/protocol'

export interface ChatContextValue {
  conversationId: string
  startTurn: (command: TurnCommand) => void
}

export const ChatContext = createContext<ChatContextValue | null>(null)

/** Whether the messages are far from the view: what only a reader at them needs is left out. */
export const SkippedContext = createContext(false)

export function useChat(): ChatContextValue {
  const value = use(ChatContext)
  if (!value) throw new Error('useChat needs a ChatContext around it.')
  return value
}
