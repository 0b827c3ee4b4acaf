/** Sends what waits in the outbox for conversations other than the open one, which sends its own. Imports no React. */
import type { QueryClient } from '@tanstack/react-query'
import { session } from '@/api/session'
import { BackgroundOutbox } from '@/core/background-outbox'
import { useOutbox } from '@/stores/outbox'

const MOST_AT_ONCE = 3
/** The tab in which a message was written sends it at once if it can; other tabs would connect for nothing. */
const PATIENCE_MS = 4000

export class BackgroundOutboxes {
  readonly #client: QueryClient
  #openId: string | null = null
  #waiting: string[] = []
  #senders: BackgroundOutbox[] = []
  #timer: number | undefined
  #unsubscribe: (() => void) | null = null

  constructor(client: QueryClient) {
    this.#client = client
  }

  open(): void {
    this.#unsubscribe = useOutbox.subscribe(() => this.#follow())
    this.#follow()
  }

  close(): void {
    this.#unsubscribe?.()
    this.#unsubscribe = null
    this.#sendFor([])
  }

  /** Names the open conversation; null when none is open. */
  show(conversationId: string | null): void {
    this.#openId = conversationId
    if (this.#unsubscribe) this.#follow()
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
      this.#senders = ids.map((id) => new BackgroundOutbox(id, this.#client))
      for (const sender of this.#senders) void sender.open()
    }, PATIENCE_MS)
  }

  #waitingConversations(): string[] {
    const owner = session.userId()
    const ids = useOutbox
      .getState()
      .items.filter((item) => item.owner === owner && item.refusal?.retryAt !== null)
      .map(({ conversationId }) => conversationId)
    return [...new Set(ids)].filter((id) => id !== this.#openId).slice(0, MOST_AT_ONCE)
  }
}
