import { useMutation, useQueryClient } from '@tanstack/react-query'
import {
  archivedListQuery,
  conversationListQuery,
  deleteConversation,
  restoreConversation,
} from '@/api/conversations'
import { useRemovalWithUndo } from '@/hooks/use-removal-with-undo'
import type { ConversationSummary } from '@/types/api'

/** Deletes immediately and offers to undo it for some seconds. */
export function useDeleteWithUndo(): (conversation: ConversationSummary) => void {
  const client = useQueryClient()
  const { mutateAsync: restore } = useMutation({
    mutationFn: restoreConversation,
    onSuccess: () => {
      void client.invalidateQueries({ queryKey: conversationListQuery.queryKey })
      void client.invalidateQueries({ queryKey: archivedListQuery.queryKey })
    },
  })
  return useRemovalWithUndo({ text: 'sidebar.deleted', remove: deleteConversation, restore })
}
