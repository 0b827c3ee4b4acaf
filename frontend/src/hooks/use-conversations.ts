import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query'
import { useMemo } from 'react'
import {
  archivedListQuery,
  conversationListQuery,
  deleteConversation,
  restoreConversation,
  updateConversation,
} from '@/api/conversations'
import { patchConversation, removeConversation, sortedConversations } from '@/core/conversation-cache'
import type { ConversationChange } from '@/types/api'

export function useConversationList() {
  const query = useInfiniteQuery(conversationListQuery)
  const pages = query.data?.pages
  const conversations = useMemo(() => sortedConversations(pages ?? []), [pages])
  return { ...query, conversations }
}

/** Changes a conversation optimistically; the change is undone if the server refuses it. */
export function useChangeConversation() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: ({ id, change }: { id: string; change: ConversationChange }) =>
      updateConversation(id, change),
    onMutate: ({ id, change }) => patchConversation(client, id, change),
    onSuccess: (conversation) => patchConversation(client, conversation.id, conversation),
    onError: (_error, { id }) => {
      void client.invalidateQueries({ queryKey: conversationListQuery.queryKey })
      void client.invalidateQueries({ queryKey: ['conversation', id] })
    },
  })
}

export function useDeleteConversation() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: deleteConversation,
    onMutate: (id) => removeConversation(client, id),
    onError: () => client.invalidateQueries({ queryKey: conversationListQuery.queryKey }),
    onSettled: () => client.invalidateQueries({ queryKey: archivedListQuery.queryKey }),
  })
}

export function useRestoreConversation() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: restoreConversation,
    onSuccess: () => {
      void client.invalidateQueries({ queryKey: conversationListQuery.queryKey })
      void client.invalidateQueries({ queryKey: archivedListQuery.queryKey })
    },
  })
}
