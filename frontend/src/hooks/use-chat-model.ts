import { useQuery } from '@tanstack/react-query'
import { conversationQuery } from '@/api/conversations'
import { changeNewConversation } from '@/core/outbox/outbox-actions'
import { useChangeConversation } from '@/hooks/use-conversations'
import { useOutboxItems } from '@/hooks/use-outbox'
import type { ConversationChange } from '@/types/api'

/** The model that answers in the open conversation (null means the server's default), its effort, and their change. */
export function useChatModel(id: string) {
  // The item that creates the conversation, until the server has it.
  const beginning = useOutboxItems(id).find(({ begins }) => begins !== null)
  // The page of the conversation fetches it.
  const { data: conversation } = useQuery({ ...conversationQuery(id), enabled: false })
  const { mutate } = useChangeConversation()
  const change = (to: Pick<ConversationChange, 'model' | 'reasoning_effort'>) => {
    if (beginning) changeNewConversation(beginning.id, to)
    else mutate({ id, change: to })
  }
  return {
    model: conversation?.model ?? beginning?.begins?.model ?? null,
    effort: conversation?.reasoning_effort ?? beginning?.begins?.reasoning_effort ?? '',
    change,
  }
}
