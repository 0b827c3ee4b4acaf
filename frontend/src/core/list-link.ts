/** Introduces the socket of all changes to the cached list of conversations. Knows no React. */
import type { QueryClient } from '@tanstack/react-query'
import { conversationListQuery } from '@/api/conversations'
import { EventsSocket } from '@/api/events-socket'
import { handshakes } from '@/api/handshakes'
import { session } from '@/api/session'
import {
  patchConversation,
  placeConversation,
  refetchLists,
  removeConversation,
} from '@/core/conversation-cache'
import { useActivity } from '@/stores/activity'
import type { AnswerChanged, ConversationChanged, EventsFrame, EventsSuccess } from '@/types/frames.gen'

export class ListLink {
  readonly #client: QueryClient
  readonly #socket: EventsSocket
  #revision: number | null = null
  #shownId: string | null = null
  #stops: (() => void)[] = []

  constructor(client: QueryClient) {
    this.#client = client
    this.#socket = new EventsSocket({
      token: () => session.token(),
      refresh: () => session.refresh(),
      onFrame: (frame) => this.#receive(frame),
      onConnection: () => undefined,
    })
  }

  open(): void {
    this.#socket.open()
    document.addEventListener('visibilitychange', this.#visibilityChanged)
    // Another tab may count as unread what is shown in this one.
    // Who signs in again over the page goes on hearing.
    this.#stops = [useActivity.subscribe(this.#markRead), session.subscribe(() => this.#openAgain())]
  }

  close(): void {
    for (const stop of this.#stops) stop()
    document.removeEventListener('visibilitychange', this.#visibilityChanged)
    this.#socket.close()
  }

  /** Names the conversation on the screen; null when there is none. */
  show(conversationId: string | null): void {
    this.#shownId = conversationId
    this.#markRead()
  }

  /**
   * A hidden page leaves what takes the place of a WebSocket: of such connections a browser keeps six for all tabs
   * together, and would have none left for anything else.
   */
  readonly #visibilityChanged = (): void => {
    this.#markRead()
    if (document.visibilityState === 'visible') this.#openAgain()
    else if (handshakes.areRefused()) this.#socket.close()
  }

  #openAgain(): void {
    if (session.status() === 'signed-in') this.#socket.open()
  }

  #receive(frame: EventsFrame): void {
    switch (frame.type) {
      case 'auth.success':
        this.#authenticated(frame)
        break
      case 'conversation.created':
      case 'conversation.updated':
      case 'conversation.deleted':
        if (this.#isNews(frame.revision)) this.#conversationChanged(frame)
        break
      case 'answer.started':
      case 'answer.ended':
        if (this.#isNews(frame.revision)) this.#answerChanged(frame)
        break
      case 'chat.error':
      case 'ping':
      case 'pong':
        break
      default:
        // A newer server may say more than this page knows: no error.
        frame satisfies never
    }
  }

  #authenticated({ revision, active }: EventsSuccess): void {
    // The first time, the list may have been asked for before this socket heard of changes.
    const isLoaded = this.#client.getQueryState(conversationListQuery.queryKey) !== undefined
    if (this.#revision === null ? isLoaded : revision !== this.#revision) refetchLists(this.#client)
    this.#revision = revision
    useActivity
      .getState()
      .setWriting(Object.fromEntries(active.map((one) => [one.conversation_id, one.message_id])))
  }

  /** Counts a change. One that leaves a gap says that others were missed: the list is fetched again. */
  #isNews(revision: number): boolean {
    if (this.#revision === null || revision <= this.#revision) return false
    const isGap = revision > this.#revision + 1
    if (isGap) void this.#socket.askAgain()
    // What is being fetched may have been read before this change, and would undo it.
    if (isGap || this.#client.isFetching(conversationListQuery) > 0) refetchLists(this.#client)
    this.#revision = revision
    return true
  }

  #conversationChanged({ type, conversation }: ConversationChanged): void {
    if (type === 'conversation.deleted') {
      removeConversation(this.#client, conversation.id)
      useActivity.getState().removeUnread(conversation.id)
    } else {
      placeConversation(this.#client, conversation)
    }
  }

  #answerChanged({ type, conversation_id: id, message_id, updated_at }: AnswerChanged): void {
    patchConversation(this.#client, id, { updated_at })
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
