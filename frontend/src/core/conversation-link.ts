/** Introduces the open conversation's socket to the caches and stores. Knows no React. */
import type { QueryClient } from '@tanstack/react-query'
import { ChatSocket } from '@/api/chat-socket'
import { conversationQuery } from '@/api/conversations'
import { session } from '@/api/session'
import {
  changeThread,
  patchConversation,
  readThread,
  refetchThread,
  removeConversation,
} from '@/core/conversation-cache'
import { beginConversation } from '@/core/begin-conversation'
import { FrameQueue } from '@/core/frame-queue'
import { loadNewest } from '@/core/place-in-thread'
import { itemsOf, OutboxSender } from '@/core/outbox-sender'
import {
  type Answer,
  answerOf,
  applyFrame,
  isActive,
  isAnswerFrame,
  messageWith,
  NEW_ANSWER,
  positionOf,
  reopenAnswer,
  shownMessage,
} from '@/lib/answer'
import { assertNever } from '@/lib/assert-never'
import { newItem, type TurnWithId } from '@/lib/outbox'
import { placeTurn, replaceMessage } from '@/lib/thread'
import { createUuid } from '@/lib/uuid'
import { useLive } from '@/stores/live'
import { putItem, useOutbox } from '@/stores/outbox'
import type { Conversation, Message } from '@/types/api'
import type { Connection } from '@/lib/connection'
import type {
  Accepted,
  AnswerFrame,
  AnswerPosition,
  AuthSuccess,
  ConversationUpdated,
  ErrorFrame,
  ServerFrame,
} from '@/types/frames.gen'

/** Errors that a close follows at once; what it means is said there. */
const ENDS_CONNECTION = new Set(['AUTH_FAILED', 'AUTH_TIMEOUT', 'NO_CONVERSATION', 'TOO_MANY_SOCKETS'])

export class ConversationLink {
  readonly #id: string
  readonly #client: QueryClient
  readonly #onError: (error: ErrorFrame) => void
  readonly #socket: ChatSocket
  readonly #sender: OutboxSender
  readonly #frames = new FrameQueue<AnswerFrame>((frames) => this.#apply(frames))
  #revision: number | null = null
  /** The position of the last follow, so that one gap asks once. */
  #followed = ''
  #opening: AbortController | null = null
  #unsubscribe: (() => void) | null = null

  constructor(id: string, client: QueryClient, onError: (error: ErrorFrame) => void) {
    this.#id = id
    this.#client = client
    this.#onError = onError
    this.#socket = new ChatSocket({
      conversationId: id,
      token: () => session.token(),
      refresh: () => session.refresh(),
      resume: () => this.#resumePosition(),
      onFrame: (frame) => this.#receive(frame),
      onConnection: (connection) => this.#connectionChanged(connection),
    })
    this.#sender = new OutboxSender(id, (command) => this.#socket.send(command))
  }

  open(): void {
    useLive.getState().clear()
    this.#sender.start()
    this.#opening = new AbortController()
    this.#unsubscribe = session.subscribe(() => this.#sessionChanged())
    void this.#connect(this.#opening.signal)
  }

  close(): void {
    this.#opening?.abort()
    this.#unsubscribe?.()
    this.#frames.flush()
    this.#sender.stop()
    this.#socket.close()
  }

  /** Keeps it until the server has taken it: now, or whenever there is a connection and no answer is being written. */
  send(command: TurnWithId): void {
    putItem(newItem({ id: createUuid(), command, conversationId: this.#id, owner: session.userId() }))
  }

  stop(messageId: string): void {
    useLive.getState().setStopping(messageId)
    this.#socket.send({ type: 'chat.stop', message_id: messageId })
  }

  /** The conversation may have to be made first. */
  async #connect(signal: AbortSignal): Promise<void> {
    if (await beginConversation(this.#client, this.#id, signal)) this.#socket.open()
  }

  /** Who signs in again over the page goes on where they were. */
  #sessionChanged(): void {
    const { connection } = useLive.getState()
    const isSignedOut = connection.kind === 'closed' && connection.reason === 'signed-out'
    if (isSignedOut && session.status() === 'signed-in') this.#socket.open()
  }

  #connectionChanged(connection: Connection): void {
    useLive.getState().setConnection(connection)
    if (connection.kind !== 'open') this.#sender.disconnected()
  }

  #receive(frame: ServerFrame): void {
    if (isAnswerFrame(frame)) {
      this.#frames.push(frame)
      return
    }
    this.#frames.flush()
    switch (frame.type) {
      case 'auth.success':
        this.#authenticated(frame)
        break
      case 'chat.accepted':
        this.#accepted(frame)
        break
      case 'chat.error':
        this.#failed(frame)
        break
      case 'conversation.updated':
        this.#updated(frame)
        break
      case 'conversation.deleted':
        removeConversation(this.#client, this.#id)
        break
      case 'ping':
      case 'pong':
        break
      default:
        // A newer server may say more than this page knows: no error.
        frame satisfies never
    }
  }

  #authenticated(frame: AuthSuccess): void {
    const leaf = this.#messages().at(-1)?.id ?? null
    const isStale = this.#revision !== null && frame.revision !== this.#revision
    if (isStale || frame.leaf_id !== leaf) {
      refetchThread(this.#client, this.#id)
      void this.#client.invalidateQueries({ queryKey: conversationQuery(this.#id).queryKey })
    }
    this.#revision = frame.revision
    this.#followed = ''
    this.#sender.connected(frame.active)
    const { stopping, setStopping } = useLive.getState()
    if (stopping !== null && stopping === frame.active) this.stop(stopping)
    else setStopping(null)
  }

  #accepted(frame: Accepted): void {
    const { message: question, reply, run, revision } = frame
    this.#revision = revision
    const { answers, setAnswer } = useLive.getState()
    const live = answers[reply.id]
    const thread = readThread(this.#client, this.#id)
    if (thread && thread.newerPage !== null) {
      // An earlier part is being read; who has just sent something wants to see that.
      const isOurs = itemsOf(useOutbox.getState().items, this.#id).some(
        ({ command }) => command.client_id === frame.client_id,
      )
      this.#sender.accepted(frame)
      if (isOurs) void loadNewest(this.#client, this.#id)
      return
    }
    const placed = thread && placeTurn(thread, question, reply)
    if (placed) changeThread(this.#client, this.#id, () => placed)
    else refetchThread(this.#client, this.#id)
    if (live && live.run < run) setAnswer(reply.id, reopenAnswer(live))
    else if (!live && !placed) setAnswer(reply.id, answerOf(reply))
    patchConversation(this.#client, this.#id, { updated_at: new Date().toISOString() })
    this.#sender.accepted(frame)
  }

  #failed(error: ErrorFrame): void {
    if (ENDS_CONNECTION.has(error.code)) return
    // Whose message it was shows it there.
    if (error.client_id === undefined) this.#onError(error)
    else this.#sender.refused(error)
  }

  #updated(frame: ConversationUpdated): void {
    this.#revision = frame.revision
    patchConversation(this.#client, this.#id, changeOf(frame))
    const leaf = this.#messages().at(-1)?.id ?? null
    // A turn of our own brings its messages itself.
    const isOurs = itemsOf(useOutbox.getState().items, this.#id).some(({ isSent }) => isSent)
    if (frame.leaf_id !== undefined && frame.leaf_id !== leaf && !isOurs) {
      refetchThread(this.#client, this.#id)
    }
  }

  #apply(frames: AnswerFrame[]): void {
    const changed = new Map<string, Answer>()
    for (const frame of frames) {
      const id = frame.message_id
      const answer = changed.get(id) ?? this.#answer(id)
      const result = applyFrame(answer, frame)
      switch (result.kind) {
        case 'applied':
          changed.set(id, result.answer)
          break
        case 'repeat':
          break
        case 'gap':
          this.#follow(positionOf(id, answer))
          break
        default:
          assertNever(result)
      }
    }
    for (const [id, answer] of changed) {
      useLive.getState().setAnswer(id, answer)
      if (!isActive(answer.status)) this.#ended(id, answer)
    }
  }

  #ended(messageId: string, answer: Answer): void {
    const { stopping, setStopping } = useLive.getState()
    if (stopping === messageId) setStopping(null)
    const message = this.#messages().find(({ id }) => id === messageId)
    if (message) {
      changeThread(this.#client, this.#id, (thread) => replaceMessage(thread, messageWith(message, answer)))
    } else {
      refetchThread(this.#client, this.#id)
    }
    this.#sender.ended(messageId)
  }

  #follow(position: AnswerPosition): void {
    const asked = JSON.stringify(position)
    if (asked === this.#followed) return
    this.#followed = asked
    this.#socket.send({ type: 'chat.follow', ...position })
  }

  #resumePosition(): AnswerPosition | null {
    this.#frames.flush()
    const last = this.#messages().at(-1)
    if (last?.role !== 'assistant') return null
    const answer = this.#answer(last.id)
    return isActive(answer.status) ? positionOf(last.id, answer) : null
  }

  #answer(messageId: string): Answer {
    const live = useLive.getState().answers[messageId]
    const message = this.#messages().find(({ id }) => id === messageId)
    if (!message) return live ?? NEW_ANSWER
    return answerOf(shownMessage(message, live))
  }

  #messages(): Message[] {
    return readThread(this.#client, this.#id)?.messages ?? []
  }
}

function changeOf(frame: ConversationUpdated): Partial<Conversation> {
  const change: Partial<ConversationUpdated> = { ...frame }
  delete change.type
  return change
}
