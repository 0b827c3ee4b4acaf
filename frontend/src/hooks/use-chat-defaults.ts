import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { changeChatDefaults, chatDefaultsQuery } from '@/api/chat-defaults'
import { modelsQuery } from '@/api/models'
import { changedText, keepChangedText } from '@/stores/drafts'
import type { ChatDefaults } from '@/types/api'

/** The key of the default system prompt while the server does not have it. */
export const PROMPT_DRAFT = 'default-prompt'

/** Defaults of new conversations, changed optimistically: a change the server refuses is undone. */
export function useChatDefaults() {
  const client = useQueryClient()
  const query = useQuery(chatDefaultsQuery)
  const { queryKey } = chatDefaultsQuery
  const { mutate } = useMutation({
    mutationFn: changeChatDefaults,
    onMutate: (change: Partial<ChatDefaults>) =>
      client.setQueryData(queryKey, (old) => old && { ...old, ...change }),
    onSuccess: (_, { default_system_prompt: prompt }) => {
      if (prompt === changedText(PROMPT_DRAFT)) keepChangedText(PROMPT_DRAFT, null)
      return client.invalidateQueries({ queryKey: modelsQuery.queryKey })
    },
    onError: () => client.invalidateQueries({ queryKey }),
  })
  return { ...query, change: mutate }
}
