import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query'
import { archivedListQuery, conversationListQuery, updateConversation } from '@/api/conversations'
import { patchConversation, removeConversation } from '@/core/conversation-cache'

export function useArchivedList() {
  const query = useInfiniteQuery(archivedListQuery)
  return { ...query, conversations: query.data?.pages.flatMap((page) => page.conversations) ?? [] }
}

/** Archives or unarchives a conversation; the list shows it immediately. */
export function useArchive() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: ({ id, isArchived }: { id: string; isArchived: boolean }) =>
      updateConversation(id, { is_archived: isArchived }),
    onMutate: ({ id, isArchived }) => {
      if (isArchived) removeConversation(client, id)
    },
    onSuccess: (conversation, { id, isArchived }) => {
      patchConversation(client, id, conversation)
      if (!isArchived) void client.invalidateQueries({ queryKey: conversationListQuery.queryKey })
    },
    onError: () => client.invalidateQueries({ queryKey: conversationListQuery.queryKey }),
    onSettled: () => client.invalidateQueries({ queryKey: archivedListQuery.queryKey }),
  })
}
