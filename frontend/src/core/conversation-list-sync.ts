/** Keeps the cached list of conversations in sync with the change feed. */
import type { QueryClient } from '@tanstack/react-query'
import type { AnswerChanged, ChangeFeedFrame, ChangeFeedSuccess, ConversationChanged } from 'ai-chat-client'
import { type Connector, createChangeFeedConnector } from 'ai-chat-client/internal'
import { conversationListQuery } from '@/api/conversations'
import { chatServer, handshakes } from '@/api/chat-server'
import { session } from '@/api/session'
import {
  patchConversation,
  upsertConversation,
  refetchAll,
  removeConversation,
} from '@/core/conversation-cache'
import { useActivity } from '@/stores/activity'

export class ConversationListSync {
  readonly #queries: QueryClient
  readonly #connector: Connector<ChangeFeedFrame>
  #revision: number | null = null
  #shownId: string | null = null
  #unsubscribes: (() => void)[] = []

  constructor(queries: QueryClient) {
    this.#queries = queries
    this.#connector = createChangeFeedConnector(chatServer, {
      onFrame: (frame) => this.#receive(frame),
      onState: () => undefined,
    })
  }

  open(): void {
    this.#connector.open()
    document.addEventListener('visibilitychange', this.#visibilityChanged)
    this.#unsubscribes = [
      // Another tab may mark as unread what this one shows.
      useActivity.subscribe(this.#markRead),
      // After the user has signed in again over the page.
      session.subscribe(() => this.#openAgain()),
    ]
  }

  close(): void {
    for (const unsubscribe of this.#unsubscribes) unsubscribe()
    document.removeEventListener('visibilitychange', this.#visibilityChanged)
    this.#connector.close()
  }

  /** Null when no conversation is on the screen. */
  setShownConversation(conversationId: string | null): void {
    this.#shownId = conversationId
    this.#markRead()
  }

  /**
   * A hidden page closes its event stream: a browser allows six HTTP connections to a server over all tabs, so streams
   * of hidden tabs would leave none for requests.
   */
  readonly #visibilityChanged = (): void => {
    this.#markRead()
    if (document.visibilityState === 'visible') this.#openAgain()
    else if (handshakes.areFailing()) this.#connector.close()
  }

  #openAgain(): void {
    if (session.status() === 'signed-in') this.#connector.open()
  }

  #receive(frame: ChangeFeedFrame): void {
    switch (frame.type) {
      case 'auth.success':
        this.#authenticated(frame)
        break
      case 'conversation.created':
      case 'conversation.updated':
      case 'conversation.deleted':
        if (this.#advanceTo(frame.revision)) this.#conversationChanged(frame)
        break
      case 'answer.started':
      case 'answer.ended':
        if (this.#advanceTo(frame.revision)) this.#answerChanged(frame)
        break
      case 'chat.error':
      case 'ping':
      case 'pong':
        break
      default:
        // A newer server may send types that this page does not know.
        frame satisfies never
    }
  }

  #authenticated({ revision, active }: ChangeFeedSuccess): void {
    // The first time, the list may have been fetched before this connection received changes.
    const isLoaded = this.#queries.getQueryState(conversationListQuery.queryKey) !== undefined
    if (this.#revision === null ? isLoaded : revision !== this.#revision) refetchAll(this.#queries)
    this.#revision = revision
    const writing = Object.fromEntries(active.map((answer) => [answer.conversation_id, answer.message_id]))
    useActivity.setState({ writing })
  }

  /** Records the revision, and fetches the list again after a gap. Returns whether the revision is new. */
  #advanceTo(revision: number): boolean {
    if (this.#revision === null || revision <= this.#revision) return false
    const isGap = revision > this.#revision + 1
    if (isGap) void this.#connector.signInAgain()
    // A running fetch may have read the list before this change.
    if (isGap || this.#queries.isFetching(conversationListQuery) > 0) refetchAll(this.#queries)
    this.#revision = revision
    return true
  }

  #conversationChanged({ type, conversation }: ConversationChanged): void {
    if (type === 'conversation.deleted') {
      removeConversation(this.#queries, conversation.id)
      useActivity.getState().removeUnread(conversation.id)
    } else {
      upsertConversation(this.#queries, conversation)
    }
  }

  #answerChanged({ type, conversation_id: id, message_id, updated_at }: AnswerChanged): void {
    patchConversation(this.#queries, id, { updated_at })
    const { begin, end, addUnread } = useActivity.getState()
    if (type === 'answer.started') {
      begin(id, message_id)
      return
    }
    end(id, message_id)
    if (!this.#isShown(id)) addUnread(id)
  }

  #isShown(conversationId: string): boolean {
    return conversationId === this.#shownId && document.visibilityState === 'visible'
  }

  readonly #markRead = (): void => {
    const id = this.#shownId
    if (id !== null && this.#isShown(id)) useActivity.getState().removeUnread(id)
  }
}
