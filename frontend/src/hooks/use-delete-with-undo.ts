import { useMutation, useQueryClient } from '@tanstack/react-query'
import {
  archivedListQuery,
  conversationListQuery,
  deleteConversation,
  restoreConversation,
} from '@/api/conversations'
import { placeConversation, removeConversation } from '@/core/conversation-cache'
import { useRemovalWithUndo } from '@/hooks/use-removal-with-undo'
import type { ConversationSummary } from '@/types/api'

/** Deletes immediately and offers to undo it for some seconds. */
export function useDeleteWithUndo(): (conversation: ConversationSummary) => void {
  const client = useQueryClient()
  const { mutateAsync: deleteOne } = useMutation({
    mutationFn: deleteConversation,
    onMutate: (id) => removeConversation(client, id),
    onError: (_error, _id, listed) => {
      // Without a network, the list cannot be fetched.
      if (listed) placeConversation(client, listed)
      void client.invalidateQueries({ queryKey: conversationListQuery.queryKey })
    },
    onSettled: () => client.invalidateQueries({ queryKey: archivedListQuery.queryKey }),
  })
  const { mutateAsync: restore } = useMutation({
    mutationFn: restoreConversation,
    onSuccess: () => {
      void client.invalidateQueries({ queryKey: conversationListQuery.queryKey })
      void client.invalidateQueries({ queryKey: archivedListQuery.queryKey })
    },
  })
  return useRemovalWithUndo({ text: 'sidebar.deleted', remove: deleteOne, restore })
}
