import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { changeChatDefaults, chatDefaultsQuery } from '@/api/chat-defaults'
import { modelsQuery } from '@/api/models'
import type { ChatDefaults } from '@/types/api'

/** Defaults of new conversations, changed optimistically: a change the server refuses is undone. */
export function useChatDefaults() {
  const client = useQueryClient()
  const query = useQuery(chatDefaultsQuery)
  const { queryKey } = chatDefaultsQuery
  const { mutate } = useMutation({
    mutationFn: changeChatDefaults,
    onMutate: (change: Partial<ChatDefaults>) =>
      client.setQueryData(queryKey, (old) => old && { ...old, ...change }),
    onSuccess: () => client.invalidateQueries({ queryKey: modelsQuery.queryKey }),
    onError: () => client.invalidateQueries({ queryKey }),
  })
  return { ...query, change: mutate }
}
