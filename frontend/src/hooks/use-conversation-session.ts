import { useQueryClient } from '@tanstack/react-query'
import { useEffect, useMemo } from 'react'
import { ConversationSession } from '@/core/conversation/conversation-session'

/** Opens the conversation's session while its page is shown; `isReady`: its messages are loaded. */
export function useConversationSession(id: string, isReady: boolean): ConversationSession {
  const client = useQueryClient()
  const session = useMemo(() => new ConversationSession(id, client), [id, client])

  useEffect(() => {
    if (!isReady) return
    session.open()
    return () => session.close()
  }, [session, isReady])

  return session
}
