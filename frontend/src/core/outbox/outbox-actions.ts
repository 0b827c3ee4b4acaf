/** Actions of the user on an outbox item: resend, replace, discard. */
import { createUuid } from 'ai-chat-client/internal'
import { discardUploads } from '@/core/uploads/upload-cleanup'
import { itemsOf } from '@/core/outbox/conversation-outbox'
import { retryUpload } from '@/core/uploads/upload-actions'
import { attachmentsOf, type NewMessage, type OutboxItem, renewItem } from '@/lib/outbox/outbox'
import { changeItem, findItem, removeItem, useOutbox } from '@/stores/outbox'
import type { NewConversation } from '@/types/api'

/** Sends a refused item again, with its attachments. Does nothing if it was sent meanwhile. */
export function resendItem(id: string): void {
  const item = findItem(id)
  if (!item || item.isSent) return
  for (const attachment of attachmentsOf(item.command)) retryUpload(attachment)
  changeItem(id, (current) => renewItem(current, createUuid()))
}

/** Replaces the item's message and discards the attachments that it no longer has. Does nothing if it was sent. */
export function replaceItem(id: string, message: NewMessage): void {
  const item = findItem(id)
  if (!item || item.isSent) return
  changeItem(id, (current) => renewItem(current, createUuid(), message))
  discardUploads(attachmentsOf(item.command))
}

export function discardItem(id: string): void {
  const item = findItem(id)
  if (!item) return
  const next = itemsOf(useOutbox.getState().items, item.conversationId).find((other) => other.id !== id)
  if (next) handOverNewConversation(item, next)
  removeItem(id)
  discardUploads(attachmentsOf(item.command))
}

/** Makes the next item create the conversation instead. */
export function handOverNewConversation(item: OutboxItem, next: OutboxItem): void {
  const { begins } = item
  if (!begins) return
  changeItem(next.id, (other) => ({ ...other, begins }))
  changeItem(item.id, (other) => ({ ...other, begins: null, command: withoutParent(other.command) }))
}

/** Without a parent, the message follows the newest one instead of starting a branch. */
function withoutParent<C extends OutboxItem['command']>(command: C): C {
  const placed = { ...command }
  if ('parent_id' in placed) delete placed.parent_id
  return placed
}

/** Changes what the conversation will be created with. */
export function changeNewConversation(id: string, change: Partial<NewConversation>): void {
  changeItem(id, (item) => ({ ...item, begins: item.begins && { ...item.begins, ...change } }))
}
