import { useEffect, useMemo } from 'react'
import { discardUploads } from '@/core/uploads/upload-cleanup'
import { itemsOf } from '@/core/outbox/conversation-outbox'
import { OutboxEdit } from '@/core/outbox/outbox-edit'
import { attachmentsOf, type NewMessage, type OutboxItem } from '@/lib/outbox/outbox'
import { uploadsState } from '@/lib/outbox/upload'
import { useOutbox } from '@/stores/outbox'
import { useUploads } from '@/stores/uploads'
import { useWaitingEdit, type WaitingEdit } from '@/stores/waiting-edit'

/** The items waiting for the conversation, oldest first; the same array until an item changes. */
export function useOutboxItems(conversationId: string): OutboxItem[] {
  const items = useOutbox((state) => state.items)
  return useMemo(() => itemsOf(items, conversationId), [items, conversationId])
}

/** The items of which the server has refused no attachment. */
export function useSendableItems(items: OutboxItem[]): OutboxItem[] {
  const uploads = useUploads((state) => state.items)
  return useMemo(
    () => items.filter(({ command }) => uploadsState(attachmentsOf(command), uploads) !== 'refused'),
    [items, uploads],
  )
}

export interface OutboxEditor {
  /** The item being edited, with its current text and attachments. */
  editing: { id: string; text: string; attachments: string[] } | null
  begin: (item: OutboxItem, text: string) => void
  change: (text: string) => void
  changeIds: (update: (ids: readonly string[]) => string[]) => void
  cancel: () => void
  send: (changed: NewMessage) => void
}

/** Edits a waiting item, which is not sent meanwhile. */
export function useOutboxEditor(conversationId: string, items: readonly OutboxItem[]): OutboxEditor {
  const editing = useWaitingEdit((state) => state.editing)
  const session = useMemo(() => new OutboxEdit(conversationId), [conversationId])

  useEffect(() => {
    session.open()
    return () => session.close()
  }, [session])

  return {
    editing: items.some(({ id, isSent }) => id === editing?.id && !isSent) ? editing : null,
    begin: (item, text) => {
      const attachments = [...attachmentsOf(item.command)]
      const original = { original: text, originalAttachments: attachments }
      useWaitingEdit.setState({ editing: { id: item.id, conversationId, ...original, text, attachments } })
    },
    change: (text) => changeLatest((latest) => ({ ...latest, text })),
    changeIds,
    cancel: () => {
      useWaitingEdit.setState({ editing: null })
      discardUploads(editing?.attachments ?? [])
    },
    send: (changed) => session.send(changed),
  }
}

function changeLatest(change: (latest: WaitingEdit) => WaitingEdit): void {
  const { editing } = useWaitingEdit.getState()
  if (editing) useWaitingEdit.setState({ editing: change(editing) })
}

function changeIds(update: (ids: readonly string[]) => string[]): void {
  changeLatest((latest) => ({ ...latest, attachments: update(latest.attachments) }))
}
