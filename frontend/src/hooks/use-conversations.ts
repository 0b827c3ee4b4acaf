import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query'
import { useMemo } from 'react'
import { conversationListQuery, updateConversation } from '@/api/conversations'
import { patchConversation, readConversation, sortedConversations } from '@/core/conversation-cache'
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
    onMutate: ({ id, change }) => {
      const before = readConversation(client, id)
      patchConversation(client, id, change)
      return before
    },
    onSuccess: (conversation) => patchConversation(client, conversation.id, conversation),
    onError: (_error, { id }, before) => {
      // Without a network, it cannot be fetched.
      if (before) patchConversation(client, id, before)
      void client.invalidateQueries({ queryKey: conversationListQuery.queryKey })
      void client.invalidateQueries({ queryKey: ['conversation', id] })
    },
  })
}
