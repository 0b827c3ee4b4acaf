/** Sends the outbox messages of all conversations except the open one, which sends its own. */
import type { QueryClient } from '@tanstack/react-query'
import { session } from '@/api/session'
import { OutboxSender } from '@/core/outbox/outbox-sender'
import { uploadsStateOf } from '@/core/outbox/conversation-outbox'
import { useOutbox } from '@/stores/outbox'
import { useUploads } from '@/stores/uploads'

const MAX_SENDERS = 3
/** How long the tab that wrote a message may take to send it before this tab connects. */
const OTHER_TAB_GRACE_MS = 4000

export class BackgroundOutboxes {
  readonly #queries: QueryClient
  #openId: string | null = null
  #waiting: string[] = []
  #senders: OutboxSender[] = []
  #timer: number | undefined
  #unsubscribes: (() => void)[] = []

  constructor(queries: QueryClient) {
    this.#queries = queries
  }

  open(): void {
    this.#unsubscribes = [useOutbox, useUploads].map((store) => store.subscribe(() => this.#sync()))
    this.#sync()
  }

  close(): void {
    for (const unsubscribe of this.#unsubscribes) unsubscribe()
    this.#unsubscribes = []
    this.#sendFor([])
  }

  /** Null when no conversation is open. */
  setOpenConversation(conversationId: string | null): void {
    this.#openId = conversationId
    if (this.#unsubscribes.length > 0) this.#sync()
  }

  #sync(): void {
    const waiting = this.#waitingConversations()
    if (waiting.join(' ') !== this.#waiting.join(' ')) this.#sendFor(waiting)
  }

  #sendFor(ids: string[]): void {
    this.#waiting = ids
    window.clearTimeout(this.#timer)
    for (const sender of this.#senders) sender.close()
    this.#senders = []
    if (ids.length === 0) return
    this.#timer = window.setTimeout(() => {
      this.#senders = ids.map((id) => new OutboxSender(id, this.#queries))
      for (const sender of this.#senders) void sender.open()
    }, OTHER_TAB_GRACE_MS)
  }

  #waitingConversations(): string[] {
    const owner = session.userId()
    const ids = useOutbox
      .getState()
      .items.filter((item) => item.owner === owner && item.refusal?.retryAt !== null)
      .filter((item) => uploadsStateOf(item) === 'uploaded')
      .map(({ conversationId }) => conversationId)
    return [...new Set(ids)].filter((id) => id !== this.#openId).slice(0, MAX_SENDERS)
  }
}
