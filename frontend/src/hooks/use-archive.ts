import { useMutation, useQueryClient } from '@tanstack/react-query'
import { archivedListQuery, conversationListQuery, updateConversation } from '@/api/conversations'
import { patchConversation } from '@/core/conversation-cache'
import { useRemovalWithUndo } from '@/hooks/use-removal-with-undo'
import type { ConversationSummary } from '@/types/api'

/** Unarchives a conversation. */
export function useUnarchive() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (id: string) => updateConversation(id, { is_archived: false }),
    onSuccess: (conversation) => patchConversation(client, conversation.id, conversation),
    onSettled: () => {
      void client.invalidateQueries({ queryKey: conversationListQuery.queryKey })
      return client.invalidateQueries({ queryKey: archivedListQuery.queryKey })
    },
  })
}

/** Archives immediately and offers to undo it for some seconds. */
export function useArchiveWithUndo(): (conversation: ConversationSummary) => void {
  const client = useQueryClient()
  const { mutateAsync: unarchive } = useUnarchive()
  return useRemovalWithUndo({
    text: 'sidebar.archived',
    remove: async (id) => patchConversation(client, id, await updateConversation(id, { is_archived: true })),
    restore: unarchive,
  })
}
