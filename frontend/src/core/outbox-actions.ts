/** Actions of the user on an outbox item: resend, discard, change. */
import { itemsOf } from '@/core/conversation-outbox'
import { renewItem } from '@/lib/outbox'
import { createUuid } from '@/lib/uuid'
import { changeItem, findItem, removeItem, useOutbox } from '@/stores/outbox'
import type { NewConversation } from '@/types/api'

/** Sends the item again, with `content` instead of its text if given; does nothing if it was sent meanwhile. */
export function resendItem(id: string, content?: string): void {
  changeItem(id, (item) => (item.isSent ? item : renewItem(item, createUuid(), content)))
}

export function discardItem(id: string): void {
  const item = findItem(id)
  if (!item) return
  const next = itemsOf(useOutbox.getState().items, item.conversationId).find((other) => other.id !== id)
  // The next item was written for the same conversation, which then still has to be created.
  if (item.begins && next) changeItem(next.id, (other) => ({ ...other, begins: item.begins }))
  removeItem(id)
}

/** Changes what the conversation will be created with. */
export function changeBeginning(id: string, change: Partial<NewConversation>): void {
  changeItem(id, (item) => ({ ...item, begins: item.begins && { ...item.begins, ...change } }))
}
