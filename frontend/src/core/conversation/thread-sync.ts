/** Keeps the cached thread of one conversation in sync with the server. */
import type { QueryClient } from '@tanstack/react-query'
import type { Accepted, AuthSuccess, ConversationUpdated } from 'ai-chat-client'
import { conversationQuery, threadQuery } from '@/api/conversations'
import {
  changeThread,
  patchConversation,
  readThread,
  refetchThread,
  repeatFirstFetch,
} from '@/core/conversation-cache'
import { loadNewestPart } from '@/core/conversation/load-thread-part'
import { placeTurn } from '@/lib/thread/thread'

/** The place of an accepted turn. `elsewhere`: an earlier part of the branch is loaded, so the turn is not in it. */
type Placement = 'placed' | 'fetching' | 'elsewhere'

export class ThreadSync {
  readonly #queries: QueryClient
  readonly #id: string
  /** The revision of the conversation that the server last named. */
  #revision: number | null = null
  /** The newest message that the server last named. */
  #serverLeaf: string | null = null
  #awaitsFirstFetch = false

  constructor(queries: QueryClient, conversationId: string) {
    this.#queries = queries
    this.#id = conversationId
  }

  /** Fetches the thread again if it changed while there was no connection. */
  compare({ revision, leaf_id }: AuthSuccess): void {
    const isStale = this.#revision !== null && revision !== this.#revision
    this.#serverLeaf = leaf_id
    if (isStale || leaf_id !== this.#leafId()) {
      void this.#refetch()
      void this.#queries.invalidateQueries({ queryKey: conversationQuery(this.#id).queryKey })
    }
    this.#revision = revision
  }

  /** Puts an accepted turn into the thread. `isOurs`: it was sent from this page. */
  place({ message, reply, revision }: Accepted, isOurs: boolean): Placement {
    this.#revision = revision
    this.#serverLeaf = reply.id
    const thread = readThread(this.#queries, this.#id)
    if (thread && thread.newerFrom !== null) {
      // The user is reading an earlier part, and wants to see what they have just sent.
      if (isOurs) void loadNewestPart(this.#queries, this.#id)
      return 'elsewhere'
    }
    const placed = thread && placeTurn(thread, message, reply)
    if (placed) changeThread(this.#queries, this.#id, () => placed)
    else void this.#refetch()
    patchConversation(this.#queries, this.#id, { updated_at: new Date().toISOString() })
    return placed ? 'placed' : 'fetching'
  }

  /** Takes over a change of the conversation. `awaitsTurn`: a turn of this page is about to change the leaf itself. */
  update(frame: ConversationUpdated, awaitsTurn: boolean): void {
    const change: Partial<ConversationUpdated> = { ...frame }
    delete change.type
    this.#revision = frame.revision
    patchConversation(this.#queries, this.#id, change)
    repeatFirstFetch(this.#queries, this.#id)
    const { leaf_id } = frame
    if (leaf_id === undefined) return
    this.#serverLeaf = leaf_id
    if (leaf_id !== this.#leafId() && !awaitsTurn) void this.#refetch()
  }

  /**
   * Fetches the thread again. A first fetch that is under way is not repeated by the cache, and may have read the
   * server before the change: it is awaited, and repeated if it lacks the newest message.
   */
  async #refetch(): Promise<void> {
    const first = this.#firstFetch()
    if (first) {
      if (this.#awaitsFirstFetch) return
      this.#awaitsFirstFetch = true
      await first.catch(() => undefined)
      this.#awaitsFirstFetch = false
      if (!readThread(this.#queries, this.#id) || this.#leafId() === this.#serverLeaf) return
    }
    refetchThread(this.#queries, this.#id)
  }

  #firstFetch(): Promise<unknown> | undefined {
    const query = this.#queries.getQueryCache().find({ queryKey: threadQuery(this.#id).queryKey })
    const isFirst = query?.state.data === undefined && query?.state.fetchStatus === 'fetching'
    return isFirst ? query.promise : undefined
  }

  #leafId(): string | null {
    return readThread(this.#queries, this.#id)?.messages.at(-1)?.id ?? null
  }
}
