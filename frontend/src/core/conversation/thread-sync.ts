/** Keeps the cached thread of one conversation in sync with the server. */
import type { QueryClient } from '@tanstack/react-query'
import type { Accepted, AuthSuccess, ConversationUpdated } from 'ai-chat-client'
import { conversationQuery, threadQuery } from '@/api/conversations'
import {
  changeThread,
  patchConversation,
  readThread,
  refetchThread,
  restartFirstFetch,
} from '@/core/conversation-cache'
import { loadNewestPart } from '@/core/conversation/load-thread-part'
import { insertTurn } from '@/lib/thread/thread'

/** `elsewhere`: an earlier part of the branch is loaded, and the accepted turn is not in it. */
type Insertion = 'inserted' | 'fetching' | 'elsewhere'

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
  onSignIn({ revision, leaf_id }: AuthSuccess): void {
    const isStale = this.#revision !== null && revision !== this.#revision
    this.#serverLeaf = leaf_id
    if (isStale || leaf_id !== this.#leafId()) {
      void this.#refetch()
      void this.#queries.invalidateQueries({ queryKey: conversationQuery(this.#id).queryKey })
    }
    this.#revision = revision
  }

  /** Inserts an accepted turn into the thread. `isOurs`: it was sent from this page. */
  insert({ message, reply, revision }: Accepted, { isOurs }: { isOurs: boolean }): Insertion {
    this.#revision = revision
    this.#serverLeaf = reply.id
    const thread = readThread(this.#queries, this.#id)
    if (thread && thread.newerFrom !== null) {
      // The user is reading an earlier part, and wants to see what they have just sent.
      if (isOurs) void loadNewestPart(this.#queries, this.#id)
      return 'elsewhere'
    }
    const changed = thread && insertTurn(thread, message, reply)
    if (changed) changeThread(this.#queries, this.#id, () => changed)
    else void this.#refetch()
    patchConversation(this.#queries, this.#id, { updated_at: new Date().toISOString() })
    return changed ? 'inserted' : 'fetching'
  }

  /** Applies a change from the server. `awaitsTurn`: a turn sent from this page will set the new leaf. */
  applyUpdate(frame: ConversationUpdated, { awaitsTurn }: { awaitsTurn: boolean }): void {
    const change: Partial<ConversationUpdated> = { ...frame }
    delete change.type
    this.#revision = frame.revision
    patchConversation(this.#queries, this.#id, change)
    restartFirstFetch(this.#queries, this.#id)
    const { leaf_id } = frame
    if (leaf_id === undefined) return
    this.#serverLeaf = leaf_id
    if (leaf_id !== this.#leafId() && !awaitsTurn) void this.#refetch()
  }

  /**
   * Fetches the thread again. The cache does not repeat a first fetch that is still running, and that fetch may have
   * read the thread before the change. So this waits for it, and repeats it if the newest message is missing.
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
