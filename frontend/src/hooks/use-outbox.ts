import { useEffect, useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { itemsOf } from '@/core/outbox-sender'
import { type OutboxItem, renewItem } from '@/lib/outbox'
import { createUuid } from '@/lib/uuid'
import { addToDraft } from '@/stores/drafts'
import { changeItem, findItem, removeItem, useOutbox } from '@/stores/outbox'
import { useToasts } from '@/stores/toasts'
import { useWaitingEdit, type WaitingEdit } from '@/stores/waiting-edit'
import type { NewConversation } from '@/types/api'

/** Longer than a browser lets a page in the background wait between two timers. */
const HOLD_MS = 150_000
const RENEW_MS = 50_000
/** As long as a reload may take. */
const RELOAD_MS = 15_000

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
  begin: (item: OutboxItem, text: string) => void
  change: (text: string) => void
  close: () => void
}

/** The change of an item that waits, wherever on the page it is shown; what is being changed does not go out. */
export function useOutboxEditor(conversationId: string, items: readonly OutboxItem[]): OutboxEditor {
  const { editing, edit } = useWaitingEdit()
  const id = items.find((item) => item.id === editing?.id && !item.isSent)?.id
  useHold(id)
  useWordsOfSent(id === undefined && editing?.conversationId === conversationId ? editing : null)
  return {
    editing: id === undefined ? null : editing,
    begin: (item, text) => edit({ id: item.id, conversationId, original: text, text }),
    change: (text) => editing && edit({ ...editing, text }),
    close: () => edit(null),
  }
}

/** What was being changed has gone out, from another tab: the words go to the composer, where they are not lost. */
function useWordsOfSent(edit: WaitingEdit | null): void {
  const { t } = useTranslation()

  useEffect(() => {
    if (edit === null || useWaitingEdit.getState().editing !== edit) return
    useWaitingEdit.getState().edit(null)
    if (edit.text === edit.original) return
    addToDraft(edit.conversationId, edit.text)
    useToasts.getState().show({ tone: 'plain', text: t('outbox.goneOut') })
  }, [edit, t])
}

/** Has the item stay here, in every tab, for as long as this page shows it being changed. */
function useHold(id: string | undefined): void {
  useEffect(() => {
    if (id === undefined) return
    const hold = () => changeItem(id, (item) => ({ ...item, heldUntil: Date.now() + HOLD_MS }))
    const release = () => changeItem(id, (item) => ({ ...item, heldUntil: null }))
    const outlastReload = () => changeItem(id, (item) => ({ ...item, heldUntil: Date.now() + RELOAD_MS }))
    hold()
    const timer = setInterval(hold, RENEW_MS)
    window.addEventListener('pagehide', outlastReload)
    return () => {
      clearInterval(timer)
      window.removeEventListener('pagehide', outlastReload)
      release()
    }
  }, [id])
}
