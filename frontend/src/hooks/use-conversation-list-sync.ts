import { useQueryClient } from '@tanstack/react-query'
import { useEffect, useMemo } from 'react'
import { useParams } from 'react-router'
import { ConversationListSync } from '@/core/conversation-list-sync'

/** Keeps the list of conversations in sync with other tabs and devices. */
export function useConversationListSync(): void {
  const client = useQueryClient()
  const { id = null } = useParams()
  const sync = useMemo(() => new ConversationListSync(client), [client])

  useEffect(() => {
    sync.open()
    return () => sync.close()
  }, [sync])

  useEffect(() => sync.setShownConversation(id), [sync, id])
}
