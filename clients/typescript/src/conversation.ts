/** `Conversation` asks questions and follows their answers across every lost connection. */
import { answerOf, isAnswerFrame, isTerminal, NEW_ANSWER } from './answer.js'
import { AnswerStream } from './answer-stream.js'
import { CLOSE_TOO_MANY, CLOSES_FOR_A_FRAME } from './close-codes.js'
import type { ConnectionState } from './connection-state.js'
import type { Connector } from './connector.js'
import { createConversationConnector } from './conversation-connector.js'
import { countFrame, zeroCounts } from './counts.js'
import {
  type ChatError,
  ClosedError,
  GoneError,
  RefusedError,
  SignedOutError,
  TooManyConnectionsError,
} from './errors.js'
import type {
  Accepted,
  AnswerFrame,
  AnswerPosition,
  Authenticate,
  AuthSuccess,
  ErrorFrame,
  ServerFrame,
} from './frames.gen.js'
import { Gap } from './gap.js'
import { SentPositions } from './sent-positions.js'
import type { ServerAccess } from './server-access.js'
import * as commands from './turn-commands.js'

interface Turn {
  stream: AnswerStream
  /** Null for an answer that is only followed. */
  command: commands.NewCommand | null
  gap: Gap
  isAccepted: boolean
  isStopping: boolean
}

/** One conversation of the user; `ChatClient` makes it. */
export class Conversation {
  readonly id: string
  /** Counts of the frames that have arrived. */
  readonly counts = zeroCounts()
  readonly #connector: Connector<ServerFrame>
  readonly #listeners = new Set<() => void>()
  #state: ConnectionState = { kind: 'closed', reason: 'ended' }
  /** The turns that have not ended, oldest first. */
  #turns: Turn[] = []
  /** The answer that the server last reported as being written. */
  #active: string | null = null
  /** The `client_id` that was sent on this connection and has no response yet. */
  #sentId: string | null = null
  #resumed: string | null = null
  readonly #sentPositions = new SentPositions()
  /** The client's conversations that have a connection. */
  readonly #connected: Set<Conversation>

  /** @internal */
  constructor(server: ServerAccess, id: string, connected: Set<Conversation>) {
    this.id = id
    this.#connected = connected
    this.#connector = createConversationConnector(server, id, {
      resume: () => this.#resume(),
      onFrame: (frame) => {
        this.#handleFrame(frame)
        this.#notify()
      },
      onState: (state) => this.#handleState(state),
      onClose: (code) => this.#handleClose(code),
    })
  }

  /** The state of the connection, which is opened with the first question. */
  get state(): ConnectionState {
    return this.#state
  }

  /** Calls `listener` after each change of the connection, the counts or an answer. Returns a function to stop. */
  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Asks a question. It is sent once no answer is being written; the model is asked once, however often it is sent. */
  ask(content: string, options: commands.AskOptions = {}): AnswerStream {
    return this.#start(commands.messageCommand(content, options))
  }

  /** Asks for another answer in place of this one. */
  regenerate(messageId: string, options: commands.ModelChoice = {}): AnswerStream {
    return this.#start(commands.regenerateCommand(messageId, options))
  }

  /** Asks an edited version of a question; without `attachments`, it keeps those of the question. */
  edit(messageId: string, content: string, options: commands.EditOptions = {}): AnswerStream {
    return this.#start(commands.editCommand(messageId, content, options))
  }

  /** Continues an answer that is not complete: the parts are the new text, and the last one has all of it. */
  continue(messageId: string, options: commands.ModelChoice = {}): AnswerStream {
    return this.#start(commands.continueCommand(messageId, options))
  }

  /** Follows an answer from a saved position to its end. */
  follow(position: AnswerPosition): AnswerStream {
    const turn = this.#newTurn(null)
    const { message_id, run, seq } = position
    turn.stream.begin(message_id, { ...NEW_ANSWER, run, seq })
    this.#sendPosition({ message_id, run, seq })
    this.#connector.open()
    return turn.stream
  }

  /** Closes the connection. Answers that are being written continue on the server. */
  close(): void {
    this.#failAll(new ClosedError('The conversation was closed.'))
    this.#connector.close()
  }

  #start(command: commands.NewCommand): AnswerStream {
    const turn = this.#newTurn(command)
    this.#connector.open()
    this.#sendNext()
    return turn.stream
  }

  #newTurn(command: Turn['command']): Turn {
    const stream = new AnswerStream(() => {
      if (!turn.isStopping) this.#sendStop(turn)
      turn.isStopping = true
    })
    const turn: Turn = {
      stream,
      command,
      gap: new Gap(stream, () => this.#connector.reconnect()),
      isAccepted: command === null,
      isStopping: false,
    }
    this.#turns.push(turn)
    return turn
  }

  #sendStop({ stream }: Turn): void {
    if (stream.messageId !== null && !stream.hasEnded)
      this.#connector.send({ type: 'chat.stop', message_id: stream.messageId })
  }

  /** Sends the oldest question that is not accepted yet, unless an answer is being written. */
  #sendNext(): void {
    if (this.#state.kind !== 'open' || this.#active !== null || this.#sentId !== null) return
    const command = this.#turns.find(({ isAccepted }) => !isAccepted)?.command
    if (command && this.#connector.send(command)) this.#sentId = command.client_id
  }

  /** The position for the first frame of a new connection. */
  #resume(): Pick<Authenticate, 'resume' | 'client_id'> {
    this.#sentPositions.clear()
    const resume = this.#turns.findLast(({ stream }) => stream.messageId !== null)?.stream.position
    this.#resumed = resume?.message_id ?? null
    return resume ? { resume, client_id: this.#sentPositions.add(resume.message_id) } : {}
  }

  #handleFrame(frame: ServerFrame): void {
    if (isAnswerFrame(frame)) this.#handleAnswerFrame(frame)
    else if (frame.type === 'auth.success') this.#handleSignIn(frame)
    else if (frame.type === 'chat.accepted') this.#handleAcceptance(frame)
    else if (frame.type === 'chat.waiting') {
      if (Number.isSafeInteger(frame.seconds))
        this.#turnOf(frame.message_id)?.stream.reportWaiting(frame.seconds)
    } else if (frame.type === 'chat.error') this.#handleRefusal(frame)
  }

  #handleSignIn({ active }: AuthSuccess): void {
    this.counts.connections += 1
    this.#active = active
    this.#sentId = null
    for (const turn of this.#turns) {
      const { position } = turn.stream
      turn.stream.handleReconnect()
      if (position && position.message_id !== this.#resumed) this.#sendPosition(position)
      if (turn.isStopping) this.#sendStop(turn)
    }
    this.#sendNext()
  }

  #handleAcceptance(frame: Accepted): void {
    if (!hasReply(frame)) return
    const { kind, client_id, reply, run } = frame
    if (client_id === this.#sentId) this.#sentId = null
    this.#active = reply.id
    const turn = this.#turns.find(({ command }) => command?.client_id === client_id) ?? this.#turnOf(reply.id)
    if (!turn) return
    const isNew = turn.stream.messageId === null
    turn.isAccepted = true
    turn.stream.begin(reply.id, kind === 'continue' ? answerOf(reply) : { ...NEW_ANSWER, run })
    if (isNew && turn.isStopping) this.#sendStop(turn)
  }

  #handleAnswerFrame(frame: AnswerFrame): void {
    const turn = this.#turnOf(frame.message_id)
    this.#sentPositions.recordArrival(frame.message_id)
    if (turn) {
      const outcome = turn.stream.apply(frame)
      countFrame(this.counts, frame, outcome)
      if (outcome === 'gap') turn.gap.request((position) => this.#sendPosition(position))
      if (turn.stream.hasEnded) this.#remove(turn)
    }
    if (isTerminal(frame) && this.#active === frame.message_id) {
      this.#active = null
      this.#sendNext()
    }
  }

  #sendPosition(position: AnswerPosition): void {
    const client_id = this.#sentPositions.add(position.message_id)
    this.#connector.send({ type: 'chat.follow', client_id, ...position })
  }

  #handleRefusal({ code, error, client_id, retry_after }: ErrorFrame): void {
    const sought = this.#sentPositions.findRefused(code, client_id)
    const turn = sought
      ? this.#turnOf(sought)
      : this.#turns.find(({ command, isAccepted }) => !isAccepted && command?.client_id === client_id)
    if (!turn) return
    // After a refusal that may pass, the frames that fill a gap may still come, or the next connection sends them.
    if (sought && code !== 'NOT_FOUND' && turn.gap.isOpen) return
    if (client_id === this.#sentId) this.#sentId = null
    this.#remove(turn)
    turn.stream.fail(new RefusedError(code, error, retry_after))
    this.#sendNext()
  }

  #handleState(state: ConnectionState): void {
    this.#state = state
    if (state.kind === 'closed') this.#connected.delete(this)
    else this.#connected.add(this)
    if (state.kind !== 'open') {
      this.#sentId = null
      for (const { gap } of this.#turns) gap.clear()
    }
    if (state.kind === 'closed') {
      if (state.reason === 'no-conversation') this.#failAll(new GoneError('The conversation does not exist.'))
      if (state.reason === 'signed-out') this.#failAll(new SignedOutError('The session has ended.'))
    }
    this.#notify()
  }

  /** Fails the turns that the close code is about; the connection ends if no turn is left. */
  #handleClose(code: number): 'reconnect' | 'end' {
    if (code === CLOSE_TOO_MANY) this.#failAll(new TooManyConnectionsError('There are too many connections.'))
    else if (CLOSES_FOR_A_FRAME.includes(code)) {
      const turn = this.#turns.find(({ command }) => command?.client_id === this.#sentId)
      if (turn) {
        this.#remove(turn)
        turn.stream.fail(new RefusedError('CLOSED', `The server closed the connection with ${code}.`))
      }
    } else return 'reconnect'
    return this.#turns.length > 0 ? 'reconnect' : 'end'
  }

  #turnOf(messageId: string): Turn | undefined {
    return this.#turns.find(({ stream }) => stream.messageId === messageId)
  }

  #remove(turn: Turn): void {
    turn.gap.clear()
    this.#turns = this.#turns.filter((other) => other !== turn)
  }

  #failAll(error: ChatError): void {
    const turns = this.#turns
    this.#turns = []
    for (const { stream, gap } of turns) {
      gap.clear()
      stream.fail(error)
    }
  }

  #notify(): void {
    for (const listener of this.#listeners) listener()
  }
}

/** Whether the frame names its answer: a malformed one is ignored. */
function hasReply({ reply }: { reply?: { id?: unknown } | null }): boolean {
  return typeof reply?.id === 'string'
}
