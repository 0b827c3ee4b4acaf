import { useQueryClient } from '@tanstack/react-query'
import { useEffect, useMemo } from 'react'
import { ConversationLink } from '@/core/conversation-link'
import { useErrorToast } from '@/hooks/use-error-toast'

/** Keeps the conversation connected while its page is shown, from when its messages are there. */
export function useConversationLink(id: string, isReady: boolean): ConversationLink {
  const client = useQueryClient()
  const showError = useErrorToast()
  const link = useMemo(
    () =>
      new ConversationLink(id, client, ({ code, retry_after }) =>
        showError({ code, retryAfter: retry_after ?? null }),
      ),
    [id, client, showError],
  )

  useEffect(() => {
    if (!isReady) return
    link.open()
    return () => link.close()
  }, [link, isReady])

  return link
}
