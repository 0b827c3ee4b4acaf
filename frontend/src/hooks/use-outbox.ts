import { useEffect, useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { itemsOf } from '@/core/conversation-outbox'
import type { OutboxItem } from '@/lib/outbox'
import { addToDraft } from '@/stores/drafts'
import { changeItem, useOutbox } from '@/stores/outbox'
import { useToasts } from '@/stores/toasts'
import { useWaitingEdit, type WaitingEdit } from '@/stores/waiting-edit'

/** Longer than the interval to which browsers throttle the timers of a background page. */
const HOLD_MS = 150_000
const RENEW_MS = 50_000
/** The longest time that a reload may take. */
const RELOAD_MS = 15_000

/** The items that wait for the conversation, oldest first; the same array until one of them changes. */
export function useOutboxItems(conversationId: string): OutboxItem[] {
  const items = useOutbox((state) => state.items)
  return useMemo(() => itemsOf(items, conversationId), [items, conversationId])
}

export interface OutboxEditor {
  /** The item that is being edited, with its text so far. */
  editing: { id: string; text: string } | null
  begin: (item: OutboxItem, text: string) => void
  change: (text: string) => void
  close: () => void
}

/** Edits an item that waits; it is not sent meanwhile. */
export function useOutboxEditor(conversationId: string, items: readonly OutboxItem[]): OutboxEditor {
  const { editing, edit } = useWaitingEdit()
  const id = items.find((item) => item.id === editing?.id && !item.isSent)?.id
  useHold(id)
  useTextOfSent(id === undefined && editing?.conversationId === conversationId ? editing : null)
  return {
    editing: id === undefined ? null : editing,
    begin: (item, text) => edit({ id: item.id, conversationId, original: text, text }),
    change: (text) => editing && edit({ ...editing, text }),
    close: () => edit(null),
  }
}

/** Another tab has sent the item that was being edited: the edited text moves to the composer, so that it is not lost. */
function useTextOfSent(edit: WaitingEdit | null): void {
  const { t } = useTranslation()

  useEffect(() => {
    if (edit === null || useWaitingEdit.getState().editing !== edit) return
    useWaitingEdit.getState().edit(null)
    if (edit.text === edit.original) return
    addToDraft(edit.conversationId, edit.text)
    useToasts.getState().show({ tone: 'plain', text: t('outbox.goneOut') })
  }, [edit, t])
}

/** Holds the item back, in every tab, while this page edits it. */
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
