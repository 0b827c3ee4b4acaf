import { useQueryClient } from '@tanstack/react-query'
import { useEffect } from 'react'
import { session } from '@/api/session'
import { BackgroundOutbox } from '@/core/background-outbox'
import type { OutboxItem } from '@/lib/outbox'
import { useOutbox } from '@/stores/outbox'

const MOST_AT_ONCE = 3
/** The tab in which a message was written sends it at once if it can; other tabs would connect for nothing. */
const PATIENCE_MS = 4000

/** Sends items that have waited for conversations other than the open one, which sends its own. */
export function useBackgroundOutbox(openId: string | undefined): void {
  const client = useQueryClient()
  const waiting = useOutbox(({ items }) => waitingConversations(items, openId).join(' '))

  useEffect(() => {
    if (waiting === '') return
    let senders: BackgroundOutbox[] = []
    const timer = window.setTimeout(() => {
      senders = waiting.split(' ').map((id) => new BackgroundOutbox(id, client))
      for (const sender of senders) void sender.open()
    }, PATIENCE_MS)
    return () => {
      window.clearTimeout(timer)
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
