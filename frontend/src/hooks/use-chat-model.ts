import { useQuery } from '@tanstack/react-query'
import { conversationQuery } from '@/api/conversations'
import { changeBeginning } from '@/core/outbox-actions'
import { useChangeConversation } from '@/hooks/use-conversations'
import { useOutboxItems } from '@/hooks/use-outbox'

/** The model that answers in the open conversation, and how to choose another; null means the server's default. */
export function useChatModel(id: string): [string | null, (model: string) => void] {
  // The item that creates the conversation, until the server has it.
  const beginning = useOutboxItems(id).find(({ begins }) => begins !== null)
  // The page of the conversation fetches it.
  const { data: conversation } = useQuery({ ...conversationQuery(id), enabled: false })
  const { mutate: change } = useChangeConversation()
  const choose = (model: string) => {
    if (beginning) changeBeginning(beginning.id, { model })
    else change({ id, change: { model } })
  }
  return [conversation?.model ?? beginning?.begins?.model ?? null, choose]
}
