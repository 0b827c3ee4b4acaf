/** One open conversation: its connection, its outbox, and what the server says about it. */
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
import { createMissingConversation } from '@/core/outbox/missing-conversation'
import { removeConversation } from '@/core/conversation-cache'
import { ConversationOutbox } from '@/core/outbox/conversation-outbox'
import { LiveAnswers } from '@/core/conversation/live-answers'
import { ThreadSync } from '@/core/conversation/thread-sync'
import { errorText } from '@/i18n/error-text'
import type { UnsentCommand } from '@/lib/outbox/outbox'
import { useActivity } from '@/stores/activity'
import { useLive } from '@/stores/live'
import { useOutbox } from '@/stores/outbox'
import { showErrorToast } from '@/stores/toasts'
import { useUploads } from '@/stores/uploads'

/** Errors that precede a close; the close code says what to do. */
const CODES_BEFORE_CLOSE = new Set(['AUTH_FAILED', 'AUTH_TIMEOUT', 'NO_CONVERSATION', 'TOO_MANY_SOCKETS'])

export class ConversationSession {
  readonly #id: string
  readonly #queries: QueryClient
  readonly #connector: Connector<ServerFrame>
  readonly #outbox: ConversationOutbox
  readonly #answers: LiveAnswers
  readonly #thread: ThreadSync
  /** The position of the last `chat.follow`, so that each gap is requested once. */
  #requestedPosition = ''
  /** The conversation changed while the connection waited for other tabs. */
  #hasChangedWhileQueued = false
  #opening = new AbortController()
  #unsubscribes: (() => void)[] = []

  constructor(id: string, queries: QueryClient) {
    this.#id = id
    this.#queries = queries
    this.#thread = new ThreadSync(queries, id)
    this.#answers = new LiveAnswers(queries, id, {
      onGap: (position) => this.#requestMissing(position),
      onEnd: (messageId) => this.#onAnswerEnd(messageId),
    })
    this.#connector = createConversationConnector(chatServer, id, {
      resume: () => {
        this.#answers.flush()
        const resume = this.#answers.resumePosition()
        return resume ? { resume } : {}
      },
      need: () => this.#need(),
      onFrame: (frame) => this.#receive(frame),
      onState: (state) => this.#onConnectionState(state),
    })
    this.#outbox = new ConversationOutbox(id, this.#connector)
  }

  open(): void {
    useLive.getState().clear()
    this.#outbox.start()
    this.#opening = new AbortController()
    this.#unsubscribes = [
      session.subscribe(() => this.#onSessionChange()),
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
    for (const unsubscribe of this.#unsubscribes) unsubscribe()
    document.removeEventListener('visibilitychange', this.#needChanged)
    this.#outbox.stop()
    this.#connector.close()
  }

  /** Puts the command into the outbox, which sends it once there is a connection and no answer is being written. */
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

  /** Reconnects when the user has signed in again in the dialog over the page. */
  #onSessionChange(): void {
    const { connection } = useLive.getState()
    const isSignedOut = connection.kind === 'closed' && connection.reason === 'signed-out'
    if (isSignedOut && session.status() === 'signed-in') this.#connector.open()
  }

  #onConnectionState(state: ConnectionState): void {
    useLive.setState({ connection: state })
    if (state.kind !== 'open') this.#outbox.onDisconnected()
  }

  /** The purpose of the connection, which decides whether other tabs may take its place. */
  #need(): ConnectionNeed {
    if (this.#outbox.needsConnection()) return 'urgent'
    if (document.visibilityState === 'hidden') return 'none'
    const isWriting = this.#answers.isWriting() || this.#id in useActivity.getState().writing
    return isWriting || this.#hasChangedWhileQueued ? 'urgent' : 'idle'
  }

  readonly #needChanged = (): void => this.#connector.updateNeed()

  /** While the connection waits for other tabs, the change feed reports that the conversation has changed. */
  #watchConversation(): () => void {
    const conversation = hashKey(conversationQuery(this.#id).queryKey)
    return this.#queries.getQueryCache().subscribe(({ type, query }) => {
      if (type !== 'updated' || query.queryHash !== conversation) return
      if (useLive.getState().connection.kind !== 'queued') return
      this.#hasChangedWhileQueued = true
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
        this.#onSignIn(frame)
        break
      case 'chat.accepted':
        this.#onAccepted(frame)
        break
      case 'chat.waiting':
        useLive.getState().setWait(frame.message_id, frame.seconds)
        break
      case 'chat.error':
        this.#onError(frame)
        break
      case 'conversation.updated':
        this.#thread.applyUpdate(frame, { awaitsTurn: this.#outbox.awaitsResponse() })
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

  #onSignIn(frame: AuthSuccess): void {
    this.#answers.onReconnect()
    this.#thread.onSignIn(frame)
    this.#hasChangedWhileQueued = false
    this.#requestedPosition = ''
    this.#outbox.onConnected(frame.active)
    const { stopping } = useLive.getState()
    if (stopping !== null && stopping === frame.active) this.stop(stopping)
    else useLive.setState({ stopping: null })
  }

  #onAccepted(frame: Accepted): void {
    const insertion = this.#thread.insert(frame, { isOurs: this.#outbox.has(frame.client_id) })
    if (insertion !== 'elsewhere') {
      this.#answers.start(frame.reply, frame.run, { isCached: insertion === 'inserted' })
    }
    this.#outbox.onAccepted(frame)
  }

  #onAnswerEnd(messageId: string): void {
    if (useLive.getState().stopping === messageId) useLive.setState({ stopping: null })
    this.#outbox.onAnswerEnd(messageId)
  }

  #onError(error: ErrorFrame): void {
    if (CODES_BEFORE_CLOSE.has(error.code)) return
    // An error with a `client_id` is shown at its message.
    if (error.client_id !== undefined) this.#outbox.onRefused(error)
    else showErrorToast(errorText(i18next.t, { code: error.code, retryAfter: error.retry_after ?? null }))
  }

  #requestMissing(position: AnswerPosition): void {
    const requested = JSON.stringify(position)
    if (requested === this.#requestedPosition) return
    this.#requestedPosition = requested
    this.#connector.send({ type: 'chat.follow', ...position })
  }

  #updateBusyAndNeed(): void {
    const isBusy = !this.#outbox.isEmpty() || this.#answers.isWriting()
    if (useLive.getState().isBusy !== isBusy) useLive.setState({ isBusy })
    this.#needChanged()
  }
}
