import { useMutation, useQueryClient } from '@tanstack/react-query'
import { showBranch, threadQuery } from '@/api/conversations'

/** Shows the branch through another version of a message. The mutation is pending until its messages are loaded. */
export function useShowBranch(conversationId: string) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (messageId: string) => showBranch(conversationId, messageId),
    onSettled: () => client.invalidateQueries({ queryKey: threadQuery(conversationId).queryKey }),
  })
}
