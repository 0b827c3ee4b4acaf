import { canContinue } from 'ai-chat-client/internal'
import { useLimits } from '@/hooks/use-limits'
import type { Message } from '@/types/api'

/** Whether the answer can be continued: it is incomplete, and not as long as the server lets answers be (P-7.7). */
export function useCanContinue(message: Message): boolean {
  const limit = useLimits()?.answer_max ?? Infinity
  if (!canContinue(message)) return false
  const text = message.content + message.reasoning
  // The server counts code points, of which there are at most as many.
  return text.length < limit || Array.from(text).length < limit
}
