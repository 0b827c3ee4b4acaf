import { useQueryClient } from '@tanstack/react-query'
import { useEffect } from 'react'
import { session } from '@/api/session'
import { BackgroundOutbox } from '@/hooks/background-outbox'
import type { OutboxItem } from '@/lib/outbox'
import { useOutbox } from '@/stores/outbox'

const MOST_AT_ONCE = 3

/** Sends what waits for other conversations than the open one, which has a connection of its own. */
export function useBackgroundOutbox(openId: string | undefined): void {
  const client = useQueryClient()
  const waiting = useOutbox(({ items }) => waitingConversations(items, openId).join(' '))

  useEffect(() => {
    const senders = waiting.split(' ').flatMap((id) => (id === '' ? [] : new BackgroundOutbox(id, client)))
    for (const sender of senders) void sender.open()
    return () => {
      for (const sender of senders) sender.close()
    }
  }, [waiting, client])
}

function waitingConversations(items: OutboxItem[], openId: string | undefined): string[] {
  const owner = session.userId()
  const ids = items
    .filter((item) => item.owner === owner && item.refusal?.retryAt !== null)
    .map(({ conversationId }) => conversationId)
  return [...new Set(ids)].filter((id) => id !== openId).slice(0, MOST_AT_ONCE)
}
