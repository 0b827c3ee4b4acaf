import { useMutation, useQueryClient } from '@tanstack/react-query'
import { deleteMessage, threadQuery } from '@/api/conversations'

/** Removes a message and all that hangs on it. Pending until the branch that is shown then is there. */
export function useDeleteMessage(conversationId: string) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (messageId: string) => deleteMessage(conversationId, messageId),
    onSettled: () => client.invalidateQueries({ queryKey: threadQuery(conversationId).queryKey }),
  })
}
