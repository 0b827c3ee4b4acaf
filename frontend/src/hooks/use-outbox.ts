import { useEffect, useMemo, useState } from 'react'
import { itemsOf } from '@/hooks/outbox-sender'
import { type OutboxItem, renewItem } from '@/lib/outbox'
import { createUuid } from '@/lib/uuid'
import { changeItem, findItem, removeItem, useOutbox } from '@/stores/outbox'
import type { NewConversation } from '@/types/api'

/** Longer than a browser lets a page in the background wait between two timers. */
const HOLD_MS = 150_000
const RENEW_MS = 50_000

/** What waits for the conversation, oldest first; the same array for as long as nothing of it changes. */
export function useOutboxItems(conversationId: string): OutboxItem[] {
  const items = useOutbox((state) => state.items)
  return useMemo(() => itemsOf(items, conversationId), [items, conversationId])
}

/** What its author may do with an item. */
export const outboxActions = {
  /** Sends it again, with other words where they are given; not when it has gone out meanwhile. */
  resend: (id: string, content?: string): void => {
    changeItem(id, (item) => (item.isSent ? item : renewItem(item, createUuid(), content)))
  },

  discard: (id: string): void => {
    const item = findItem(id)
    if (!item) return
    const next = itemsOf(useOutbox.getState().items, item.conversationId).find((other) => other.id !== id)
    // The conversation is still to be made, for what was written after it.
    if (item.begins && next) changeItem(next.id, (other) => ({ ...other, begins: item.begins }))
    removeItem(id)
  },

  /** Changes what the conversation will be made with. */
  changeBeginning: (id: string, change: Partial<NewConversation>): void => {
    changeItem(id, (item) => ({ ...item, begins: item.begins && { ...item.begins, ...change } }))
  },
}

export interface OutboxEditor {
  /** The item that is being changed, and how far its author is. */
  editing: { id: string; text: string } | null
  change: (id: string, text: string) => void
  close: () => void
}

/** The change of an item that waits, wherever on the page it is shown; what is being changed does not go out. */
export function useOutboxEditor(): OutboxEditor {
  const [editing, setEditing] = useState<OutboxEditor['editing']>(null)
  const id = editing?.id

  useEffect(() => {
    if (id === undefined) return
    const hold = () => changeItem(id, (item) => ({ ...item, heldUntil: Date.now() + HOLD_MS }))
    const release = () => changeItem(id, (item) => ({ ...item, heldUntil: null }))
    hold()
    const timer = setInterval(hold, RENEW_MS)
    window.addEventListener('pagehide', release)
    return () => {
      clearInterval(timer)
      window.removeEventListener('pagehide', release)
      release()
    }
  }, [id])

  return {
    editing,
    change: (itemId, text) => setEditing({ id: itemId, text }),
    close: () => setEditing(null),
  }
}
