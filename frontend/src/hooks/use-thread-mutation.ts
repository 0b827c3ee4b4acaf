import { useMutation, useQueryClient } from '@tanstack/react-query'
import { threadQuery } from '@/api/conversations'

/** Changes the thread by one of its messages. The mutation is pending until the remaining messages are loaded. */
export function useThreadMutation(
  conversationId: string,
  change: (conversationId: string, messageId: string) => Promise<void>,
) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (messageId: string) => change(conversationId, messageId),
    onSettled: () => client.invalidateQueries({ queryKey: threadQuery(conversationId).queryKey }),
  })
}
