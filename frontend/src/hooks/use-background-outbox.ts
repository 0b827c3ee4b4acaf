import { useQueryClient } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import type { BackgroundOutboxes } from '@/core/outbox/background-outboxes'
import { useOutbox } from '@/stores/outbox'

/** Sends the outbox messages of all conversations except the open one. The code for it loads with the first message. */
export function useBackgroundOutbox(openId: string | undefined): void {
  const client = useQueryClient()
  const isUsed = useOutbox(({ items }) => items.length > 0)
  const [outboxes, setOutboxes] = useState<BackgroundOutboxes | null>(null)

  useEffect(() => {
    if (!isUsed || outboxes) return
    const load = async () => {
      const loaded = await import('@/core/outbox/background-outboxes')
      setOutboxes(new loaded.BackgroundOutboxes(client))
    }
    void load()
  }, [isUsed, outboxes, client])

  // Before it opens, so that the open conversation does not count as another one.
  useEffect(() => outboxes?.setOpenConversation(openId ?? null), [outboxes, openId])

  useEffect(() => {
    outboxes?.open()
    return () => outboxes?.close()
  }, [outboxes])
}
