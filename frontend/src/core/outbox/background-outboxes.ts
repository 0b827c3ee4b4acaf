/** Sends the outbox messages of all conversations except the open one, which sends its own. */
import type { QueryClient } from '@tanstack/react-query'
import { session } from '@/api/session'
import { OutboxSender } from '@/core/outbox/outbox-sender'
import { uploadsOf } from '@/core/outbox/conversation-outbox'
import { useOutbox } from '@/stores/outbox'
import { useUploads } from '@/stores/uploads'

const MAX_SENDING = 3
/** The tab in which a message was written sends it immediately if it can; other tabs would connect for nothing. */
const PATIENCE_MS = 4000

export class BackgroundOutboxes {
  readonly #queries: QueryClient
  #openId: string | null = null
  #waiting: string[] = []
  #senders: OutboxSender[] = []
  #timer: number | undefined
  #stops: (() => void)[] = []

  constructor(queries: QueryClient) {
    this.#queries = queries
  }

  open(): void {
    this.#stops = [useOutbox, useUploads].map((store) => store.subscribe(() => this.#follow()))
    this.#follow()
  }

  close(): void {
    for (const stop of this.#stops) stop()
    this.#stops = []
    this.#sendFor([])
  }

  /** Names the open conversation; null when none is open. */
  show(conversationId: string | null): void {
    this.#openId = conversationId
    if (this.#stops.length > 0) this.#follow()
  }

  #follow(): void {
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
    }, PATIENCE_MS)
  }

  #waitingConversations(): string[] {
    const owner = session.userId()
    const ids = useOutbox
      .getState()
      .items.filter((item) => item.owner === owner && item.refusal?.retryAt !== null)
      .filter((item) => uploadsOf(item) === 'up')
      .map(({ conversationId }) => conversationId)
    return [...new Set(ids)].filter((id) => id !== this.#openId).slice(0, MAX_SENDING)
  }
}
