/** One open conversation: its connection, its outbox, and what the server says about it. Imports no React. */
import { hashKey, type QueryClient } from '@tanstack/react-query'
import i18next from 'i18next'
import type {
  Accepted,
  AnswerPosition,
  AuthSuccess,
  ConnectionState,
  ErrorFrame,
  ServerFrame,
} from 'ai-chat-client'
import {
  type Connector,
  createConversationConnector,
  isAnswerFrame,
  type ConnectionNeed,
} from 'ai-chat-client/internal'
import { chatServer } from '@/api/chat-server'
import { conversationQuery } from '@/api/conversations'
import { session } from '@/api/session'
import { createMissingConversation } from '@/core/missing-conversation'
import { removeConversation } from '@/core/conversation-cache'
import { ConversationOutbox } from '@/core/conversation-outbox'
import { LiveAnswers } from '@/core/live-answers'
import { ThreadSync } from '@/core/thread-sync'
import { errorText } from '@/i18n/error-text'
import type { UnsentCommand } from '@/lib/outbox/outbox'
import { useActivity } from '@/stores/activity'
import { useLive } from '@/stores/live'
import { useOutbox } from '@/stores/outbox'
import { showErrorToast } from '@/stores/toasts'
import { useUploads } from '@/stores/uploads'

/** Errors that precede a close; the close code says what to do. */
const PRECEDES_CLOSE = new Set(['AUTH_FAILED', 'AUTH_TIMEOUT', 'NO_CONVERSATION', 'TOO_MANY_SOCKETS'])

export class ConversationSession {
  readonly #id: string
  readonly #queries: QueryClient
  readonly #connector: Connector<ServerFrame>
  readonly #outbox: ConversationOutbox
  readonly #answers: LiveAnswers
  readonly #thread: ThreadSync
  /** The position of the last `chat.follow`: one gap asks once. */
  #followed = ''
  /** Something changed while the connection waited for other tabs. */
  #isBehind = false
  #opening = new AbortController()
  #stops: (() => void)[] = []

  constructor(id: string, queries: QueryClient) {
    this.#id = id
    this.#queries = queries
    this.#thread = new ThreadSync(queries, id)
    this.#answers = new LiveAnswers(queries, id, {
      onGap: (position) => this.#follow(position),
      onEnd: (messageId) => this.#ended(messageId),
    })
    this.#connector = createConversationConnector(chatServer, id, {
      resume: () => {
        const resume = this.#answers.resumePosition()
        return resume ? { resume } : {}
      },
      need: () => this.#need(),
      onFrame: (frame) => this.#receive(frame),
      onState: (state) => this.#connectionChanged(state),
    })
    this.#outbox = new ConversationOutbox(id, this.#connector)
  }

  open(): void {
    useLive.getState().clear()
    this.#outbox.start()
    this.#opening = new AbortController()
    this.#stops = [
      session.subscribe(() => this.#signedInAgain()),
      this.#answers.watchCache(() => this.#updateBusyAndNeed()),
      useLive.subscribe(() => this.#updateBusyAndNeed()),
      useOutbox.subscribe(() => this.#updateBusyAndNeed()),
      useUploads.subscribe(this.#needChanged),
      useActivity.subscribe(this.#needChanged),
      this.#watchConversation(),
    ]
    document.addEventListener('visibilitychange', this.#needChanged)
    this.#updateBusyAndNeed()
    void this.#connect(this.#opening.signal)
  }

  close(): void {
    this.#opening.abort()
    this.#answers.flush()
    for (const stop of this.#stops) stop()
    document.removeEventListener('visibilitychange', this.#needChanged)
    this.#outbox.stop()
    this.#connector.close()
  }

  /** Keeps the command in the outbox and sends it as soon as there is a connection and no answer is being written. */
  send(command: UnsentCommand): void {
    this.#outbox.add(command)
  }

  stop(messageId: string): void {
    useLive.setState({ stopping: messageId })
    this.#connector.send({ type: 'chat.stop', message_id: messageId })
  }

  async #connect(signal: AbortSignal): Promise<void> {
    if (await createMissingConversation(this.#queries, this.#id, signal)) this.#connector.open()
  }

  /** The user signed in again over the page, which continues where it was. */
  #signedInAgain(): void {
    const { connection } = useLive.getState()
    const isSignedOut = connection.kind === 'closed' && connection.reason === 'signed-out'
    if (isSignedOut && session.status() === 'signed-in') this.#connector.open()
  }

  #connectionChanged(state: ConnectionState): void {
    useLive.setState({ connection: state })
    if (state.kind !== 'open') this.#outbox.disconnected()
  }

  /** The purpose of the connection, which decides whether other tabs may take its place. */
  #need(): ConnectionNeed {
    if (this.#outbox.needsConnection()) return 'urgent'
    if (document.visibilityState === 'hidden') return 'none'
    const isWriting = this.#answers.isWriting() || this.#id in useActivity.getState().writing
    return isWriting || this.#isBehind ? 'urgent' : 'idle'
  }

  readonly #needChanged = (): void => this.#connector.updateNeed()

  /** While the connection waits for other tabs, the change feed reports that the conversation has changed. */
  #watchConversation(): () => void {
    const conversation = hashKey(conversationQuery(this.#id).queryKey)
    return this.#queries.getQueryCache().subscribe(({ type, query }) => {
      if (type !== 'updated' || query.queryHash !== conversation) return
      if (useLive.getState().connection.kind !== 'queued') return
      this.#isBehind = true
      this.#needChanged()
    })
  }

  #receive(frame: ServerFrame): void {
    if (isAnswerFrame(frame)) {
      this.#answers.receive(frame)
      return
    }
    this.#answers.flush()
    switch (frame.type) {
      case 'auth.success':
        this.#authenticated(frame)
        break
      case 'chat.accepted':
        this.#accepted(frame)
        break
      case 'chat.waiting':
        useLive.getState().setWait(frame.message_id, frame.seconds)
        break
      case 'chat.error':
        this.#failed(frame)
        break
      case 'conversation.updated':
        this.#thread.update(frame, this.#outbox.awaitsResponse())
        break
      case 'conversation.deleted':
        removeConversation(this.#queries, this.#id)
        break
      case 'ping':
      case 'pong':
        break
      default:
        // A newer server may send types that this page does not know.
        frame satisfies never
    }
  }

  #authenticated(frame: AuthSuccess): void {
    this.#answers.reconnected()
    this.#thread.compare(frame)
    this.#isBehind = false
    this.#followed = ''
    this.#outbox.connected(frame.active)
    const { stopping } = useLive.getState()
    if (stopping !== null && stopping === frame.active) this.stop(stopping)
    else useLive.setState({ stopping: null })
  }

  #accepted(frame: Accepted): void {
    const placement = this.#thread.place(frame, this.#outbox.has(frame.client_id))
    if (placement !== 'elsewhere') this.#answers.begin(frame.reply, frame.run, placement === 'placed')
    this.#outbox.accepted(frame)
  }

  #ended(messageId: string): void {
    if (useLive.getState().stopping === messageId) useLive.setState({ stopping: null })
    this.#outbox.ended(messageId)
  }

  #failed(error: ErrorFrame): void {
    if (PRECEDES_CLOSE.has(error.code)) return
    // An error with a `client_id` is shown at its message.
    if (error.client_id !== undefined) this.#outbox.refused(error)
    else showErrorToast(errorText(i18next.t, { code: error.code, retryAfter: error.retry_after ?? null }))
  }

  #follow(position: AnswerPosition): void {
    const requested = JSON.stringify(position)
    if (requested === this.#followed) return
    this.#followed = requested
    this.#connector.send({ type: 'chat.follow', ...position })
  }

  #updateBusyAndNeed(): void {
    const isBusy = !this.#outbox.isEmpty() || this.#answers.isWriting()
    if (useLive.getState().isBusy !== isBusy) useLive.setState({ isBusy })
    this.#needChanged()
  }
}
