/** Edits an outbox item of one conversation; it is not sent meanwhile, by any tab. */
import i18next from 'i18next'
import { itemsOf } from '@/core/outbox/conversation-outbox'
import { resendItem } from '@/core/outbox/outbox-actions'
import type { NewMessage } from '@/lib/outbox/outbox'
import { addToDraftAttachments } from '@/stores/draft-attachments'
import { addToDraft } from '@/stores/drafts'
import { changeItem, useOutbox } from '@/stores/outbox'
import { showToast } from '@/stores/toasts'
import { useWaitingEdit } from '@/stores/waiting-edit'

/** Longer than the interval to which browsers throttle the timers of a background page. */
const HOLD_MS = 150_000
const RENEW_MS = 50_000
/** The longest time that a reload may take. */
const RELOAD_MS = 15_000

export class OutboxEdit {
  readonly #conversationId: string
  #heldId: string | null = null
  #timer: number | undefined
  #unsubscribes: (() => void)[] = []

  constructor(conversationId: string) {
    this.#conversationId = conversationId
  }

  open(): void {
    this.#unsubscribes = [
      useOutbox.subscribe(() => this.#sync()),
      useWaitingEdit.subscribe(() => this.#sync()),
    ]
    window.addEventListener('pagehide', this.#outlastReload)
    this.#sync()
  }

  close(): void {
    for (const unsubscribe of this.#unsubscribes) unsubscribe()
    window.removeEventListener('pagehide', this.#outlastReload)
    this.#hold(null)
  }

  /** Ends the edit and sends the item as changed. */
  send(changed: NewMessage): void {
    const id = this.#heldId
    if (id === null) return
    // Releasing the item would send its old text.
    this.#heldId = null
    window.clearInterval(this.#timer)
    useWaitingEdit.setState({ editing: null })
    resendItem(id, changed)
  }

  #sync(): void {
    const { editing } = useWaitingEdit.getState()
    const items = itemsOf(useOutbox.getState().items, this.#conversationId)
    const item = items.find(({ id, isSent }) => id === editing?.id && !isSent)
    this.#hold(item?.id ?? null)
    if (item || editing?.conversationId !== this.#conversationId) return
    const added = editing.attachments.filter((id) => !editing.originalAttachments.includes(id))
    addToDraftAttachments(this.#conversationId, added)
    useWaitingEdit.setState({ editing: null })
    if (editing.text === editing.original && added.length === 0) return
    if (editing.text !== editing.original) addToDraft(this.#conversationId, editing.text)
    // Another tab has sent the item.
    showToast(i18next.t('outbox.sentUnchanged'))
  }

  /** Holds this item, or none, and releases the previous one. */
  #hold(id: string | null): void {
    const before = this.#heldId
    if (id === before) return
    this.#heldId = id
    window.clearInterval(this.#timer)
    if (before !== null) changeItem(before, (item) => ({ ...item, heldUntil: null }))
    if (id === null) return
    this.#holdFor(HOLD_MS)
    this.#timer = window.setInterval(() => this.#holdFor(HOLD_MS), RENEW_MS)
  }

  #holdFor(milliseconds: number): void {
    if (this.#heldId === null) return
    changeItem(this.#heldId, (item) => ({ ...item, heldUntil: Date.now() + milliseconds }))
  }

  readonly #outlastReload = (): void => this.#holdFor(RELOAD_MS)
}
