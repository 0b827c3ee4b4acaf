import { useEffect, useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { itemsOf } from '@/core/conversation-outbox'
import { OutboxEdit } from '@/core/outbox-edit'
import type { OutboxItem } from '@/lib/outbox'
import { useOutbox } from '@/stores/outbox'
import { useToasts } from '@/stores/toasts'
import { useWaitingEdit } from '@/stores/waiting-edit'

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
  cancel: () => void
  send: (text: string) => void
}

/** Edits an item that waits; it is not sent meanwhile. */
export function useOutboxEditor(conversationId: string, items: readonly OutboxItem[]): OutboxEditor {
  const { i18n } = useTranslation()
  const { editing, edit } = useWaitingEdit()
  const session = useMemo(
    () =>
      new OutboxEdit(conversationId, () =>
        useToasts.getState().show({ tone: 'plain', text: i18n.t('outbox.goneOut') }),
      ),
    // Not `t`: a change of language would release the item, which would then be sent.
    [conversationId, i18n],
  )

  useEffect(() => {
    session.open()
    return () => session.close()
  }, [session])

  return {
    editing: items.some(({ id, isSent }) => id === editing?.id && !isSent) ? editing : null,
    begin: (item, text) => edit({ id: item.id, conversationId, original: text, text }),
    change: (text) => editing && edit({ ...editing, text }),
    cancel: () => edit(null),
    send: (text) => session.send(text),
  }
}
