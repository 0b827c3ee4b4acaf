import { useQueryClient } from '@tanstack/react-query'
import { useEffect, useMemo } from 'react'
import { ConversationSession } from '@/core/conversation-session'
import { useErrorToast } from '@/hooks/use-error-toast'

/** Opens the conversation's session while its page is shown; `isReady`: its messages are loaded. */
export function useConversationSession(id: string, isReady: boolean): ConversationSession {
  const client = useQueryClient()
  const showError = useErrorToast()
  const session = useMemo(
    () =>
      new ConversationSession(id, client, ({ code, retry_after }) =>
        showError({ code, retryAfter: retry_after ?? null }),
      ),
    [id, client, showError],
  )

  useEffect(() => {
    if (!isReady) return
    session.open()
    return () => session.close()
  }, [session, isReady])

  return session
}
