import { useMutation, useQueryClient } from '@tanstack/react-query'
import { archivedListQuery, conversationListQuery, updateConversation } from '@/api/conversations'
import { patchConversation, placeConversation, removeConversation } from '@/core/conversation-cache'
import { useRemovalWithUndo } from '@/hooks/use-removal-with-undo'
import type { ConversationSummary } from '@/types/api'

/** Archives or unarchives a conversation; the list shows it immediately. */
export function useArchive() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: ({ id, isArchived }: { id: string; isArchived: boolean }) =>
      updateConversation(id, { is_archived: isArchived }),
    onMutate: ({ id, isArchived }) => (isArchived ? removeConversation(client, id) : undefined),
    onSuccess: (conversation, { id, isArchived }) => {
      patchConversation(client, id, conversation)
      if (!isArchived) void client.invalidateQueries({ queryKey: conversationListQuery.queryKey })
    },
    onError: (_error, _change, listed) => {
      // Without a network, the list cannot be fetched.
      if (listed) placeConversation(client, listed)
      void client.invalidateQueries({ queryKey: conversationListQuery.queryKey })
    },
    onSettled: () => client.invalidateQueries({ queryKey: archivedListQuery.queryKey }),
  })
}

/** Archives immediately and offers to undo it for some seconds. */
export function useArchiveWithUndo(): (conversation: ConversationSummary) => void {
  const { mutateAsync: archive } = useArchive()
  return useRemovalWithUndo({
    text: 'sidebar.archived',
    remove: (id) => archive({ id, isArchived: true }),
    restore: (id) => archive({ id, isArchived: false }),
  })
}
