import { useMutation, useQueryClient } from '@tanstack/react-query'
import { deleteMessage, threadQuery } from '@/api/conversations'

/** Deletes a message and everything after it. Pending until the remaining branch is loaded. */
export function useDeleteMessage(conversationId: string) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (messageId: string) => deleteMessage(conversationId, messageId),
    onSettled: () => client.invalidateQueries({ queryKey: threadQuery(conversationId).queryKey }),
  })
}
