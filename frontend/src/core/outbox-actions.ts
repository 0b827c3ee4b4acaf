/** Actions of the user on an outbox item: resend, discard, change. */
import { createUuid } from 'ai-chat-client/internal'
import { discardUploads } from '@/core/upload-cleanup'
import { itemsOf } from '@/core/conversation-outbox'
import { retryUpload } from '@/core/uploads'
import { attachmentsOf, type NewMessage, type OutboxItem, renewItem } from '@/lib/outbox/outbox'
import { changeItem, findItem, removeItem, useOutbox } from '@/stores/outbox'
import type { NewConversation } from '@/types/api'

/** Sends the item again, changed if that is given; does nothing if it was sent meanwhile. */
export function resendItem(id: string, changed?: NewMessage): void {
  const before = findItem(id)
  if (!before || before.isSent) return
  if (!changed) for (const attachment of attachmentsOf(before.command)) retryUpload(attachment)
  changeItem(id, (item) => renewItem(item, createUuid(), changed))
  discardUploads(attachmentsOf(before.command))
}

export function discardItem(id: string): void {
  const item = findItem(id)
  if (!item) return
  const next = itemsOf(useOutbox.getState().items, item.conversationId).find((other) => other.id !== id)
  if (next) passBeginning(item, next)
  removeItem(id)
  discardUploads(attachmentsOf(item.command))
}

/** Passes on the task of creating the conversation to the next item, which was written for the same one. */
export function passBeginning(item: OutboxItem, next: OutboxItem): void {
  const { begins } = item
  if (!begins) return
  changeItem(next.id, (other) => ({ ...other, begins }))
  changeItem(item.id, (other) => ({ ...other, begins: null, command: withoutPlace(other.command) }))
}

/** The command without its parent: the message then follows the newest one, instead of beginning a branch. */
function withoutPlace<C extends OutboxItem['command']>(command: C): C {
  const placed = { ...command }
  if ('parent_id' in placed) delete placed.parent_id
  return placed
}

/** Changes what the conversation will be created with. */
export function changeBeginning(id: string, change: Partial<NewConversation>): void {
  changeItem(id, (item) => ({ ...item, begins: item.begins && { ...item.begins, ...change } }))
}
