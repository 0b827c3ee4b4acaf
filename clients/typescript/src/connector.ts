/**
 * Keeps one connection to the server open until it is closed: signs in, notices silence, and reconnects. Does not know
 * what the frames mean.
 */
import {
  CLOSE_GOING_AWAY,
  CLOSE_MALFORMED_ID,
  CLOSE_NO_CONVERSATION,
  CLOSE_RESTART,
  CLOSE_UNAUTHENTICATED,
} from './close-codes.js'
import type { Connection, ConnectionEvents } from './connection.js'
import {
  assertTransition,
  type Attempts,
  type ConnectorState,
  NO_ATTEMPTS,
  releaseState,
  toConnectionState,
} from './connector-state.js'
import { SocketConnection } from './socket-connection.js'
import { SocketTrial } from './socket-trial.js'
import type { SlotEvents, StreamSlot } from './stream-slot.js'
import { onWake } from './wake.js'
import { backoffDelay, jitter, MAX_BACKOFF_MS } from './backoff.js'
import type { ConnectionState } from './connection-state.js'
import type { ClientFrame } from './frames.gen.js'
import { hasSockets, type ServerAccess } from './server-access.js'

export interface ConnectorEvents<Frame> {
  onFrame: (frame: Frame) => void
  onState: (state: ConnectionState) => void
  /** Called when the server has closed the connection with this code; by default, the connector reconnects. */
  onClose?: (code: number) => 'reconnect' | 'end'
}

interface Endpoint<Frame> {
  /** The path of the WebSocket. */
  path: string
  /** Opens the event stream that takes the place of a WebSocket. */
  openStream: (events: ConnectionEvents) => Connection
  /** Asks for the slot without which no event stream is opened; absent if none is needed. */
  requestSlot?: ((events: SlotEvents) => StreamSlot) | undefined
  /** The first frame of each connection. */
  authFrame: (token: string) => ClientFrame
  /** Returns whether a frame brings something that no earlier one has brought. */
  detectProgress: (frame: Frame) => boolean
}

const RESTART_JITTER_MS = 1_000
/** The server pings every 30 s; after two missed pings the connection counts as dead. */
const SILENCE_MS = 75_000
const HANDSHAKE_MS = 15_000
const PROBE_MS = 5_000
/**
 * A connection that has lasted this long was a success, even if it brought nothing (P-12.2): such connections are not
 * retried more often than failed ones.
 */
const LASTING_MS = MAX_BACKOFF_MS

export class Connector<Frame extends { type: string }> {
  readonly #server: ServerAccess
  readonly #endpoint: Endpoint<Frame>
  readonly #events: ConnectorEvents<Frame>
  #state: ConnectorState = { kind: 'closed', reason: 'ended' }
  #removeWakeListener: () => void = () => undefined

  constructor(server: ServerAccess, endpoint: Endpoint<Frame>, events: ConnectorEvents<Frame>) {
    this.#server = server
    this.#endpoint = endpoint
    this.#events = events
  }

  open(): void {
    if (this.#state.kind !== 'closed') return
    this.#removeWakeListener = onWake(() => this.#wake())
    void this.#connect(NO_ATTEMPTS)
  }

  close(): void {
    if (this.#state.kind !== 'closed') this.#end('ended')
  }

  /** Sends a frame on an open connection; false when there is none. */
  send(frame: ClientFrame): boolean {
    return this.#state.kind === 'open' && this.#state.connection.send(frame)
  }

  /** Gives up the open connection, and connects again. */
  reconnect(): void {
    if (this.#state.kind !== 'open') return
    this.#state.connection.giveUp()
    this.#retry(this.#currentAttempts())
  }

  /** Connects again if nothing arrives on the open connection within seconds. */
  check(): void {
    if (this.#state.kind !== 'open') return
    this.send({ type: 'ping' })
    this.#expectTextWithin(PROBE_MS)
  }

  /** Signs in again on the open connection; the server responds with its current state. */
  async signInAgain(): Promise<void> {
    const token = await this.#server.tokens.token()
    if (token !== null) this.send(this.#endpoint.authFrame(token))
  }

  /** The only place that changes the state. */
  #setState(next: ConnectorState): void {
    const previous = this.#state
    assertTransition(previous.kind, next.kind)
    this.#state = next
    releaseState(previous, next)
    this.#events.onState(toConnectionState(next))
  }

  /** Asks for the need for the connection again. */
  updateNeed(): void {
    if ('slot' in this.#state) this.#state.slot?.updateNeed()
  }

  async #connect(attempts: Attempts, slot: StreamSlot | null = null): Promise<void> {
    if (this.#needsSlot(slot)) {
      this.#queue(attempts)
      return
    }
    const authorizing = { kind: 'authorizing', attempts, slot } as const
    this.#setState(authorizing)
    const token = await this.#server.tokens.token()
    if (this.#state !== authorizing) return
    if (token === null) this.#retry(attempts)
    else if (this.#needsSlot(slot)) this.#queue(attempts)
    else this.#openConnection(token, attempts, slot)
  }

  #needsSlot(slot: StreamSlot | null): boolean {
    return slot === null && this.#endpoint.requestSlot !== undefined && !this.#usesSockets()
  }

  #queue(attempts: Attempts): void {
    const slot = this.#endpoint.requestSlot?.({
      onGranted: () => void this.#connect(attempts, slot),
      onLost: () => this.#queue(this.#currentAttempts()),
    })
    if (slot) this.#setState({ kind: 'queued', attempts, slot, trial: this.#trySocket() })
  }

  #openConnection(token: string, attempts: Attempts, slot: StreamSlot | null): void {
    const { path, openStream, authFrame } = this.#endpoint
    const events: ConnectionEvents = {
      onOpen: () => void connection.send(authFrame(token)),
      onText: (text) => this.#receive(text),
      onClose: (code, retryAfter) => this.#handleClose(code, retryAfter),
    }
    const isSocket = this.#usesSockets()
    const connection = isSocket ? new SocketConnection(this.#server, path, events) : openStream(events)
    const trial = isSocket ? null : this.#trySocket()
    this.#setState({
      kind: 'signing-in',
      attempts,
      connection,
      trial,
      slot: isSocket ? null : slot,
      deadline: undefined,
    })
    this.#expectTextWithin(HANDSHAKE_MS)
  }

  #usesSockets(): boolean {
    return hasSockets(this.#server) && !this.#server.handshakes.areFailing()
  }

  #trySocket(): SocketTrial | null {
    if (!hasSockets(this.#server)) return null
    return new SocketTrial(
      this.#server,
      this.#endpoint.path,
      () => void this.#connect(this.#currentAttempts()),
    )
  }

  #receive(text: string): void {
    this.#expectTextWithin(SILENCE_MS)
    const frame = readFrame(text) as Frame | null
    if (frame === null) return
    if (frame.type === 'auth.success' && this.#state.kind === 'signing-in') {
      const { failures } = this.#state.attempts
      this.#setState({ ...this.#state, kind: 'open', attempts: { failures, refusals: 0 }, since: Date.now() })
    }
    const state = this.#state
    if (this.#endpoint.detectProgress(frame) && state.kind === 'open') state.attempts = NO_ATTEMPTS
    this.#events.onFrame(frame)
  }

  #expectTextWithin(milliseconds: number): void {
    const state = this.#state
    if (!('connection' in state)) return
    clearTimeout(state.deadline)
    state.deadline = setTimeout(() => {
      state.connection.giveUp()
      this.#retry(this.#currentAttempts(), 0)
    }, milliseconds)
  }

  #handleClose(code: number, retryAfter = 0): void {
    const attempts = this.#currentAttempts()
    switch (code) {
      case CLOSE_NO_CONVERSATION:
      case CLOSE_MALFORMED_ID:
        this.#end('no-conversation')
        break
      case CLOSE_UNAUTHENTICATED:
        void this.#renewSession({ ...attempts, refusals: attempts.refusals + 1 })
        break
      case CLOSE_GOING_AWAY:
      case CLOSE_RESTART:
        this.#retry(attempts, attempts.failures === 0 ? jitter(RESTART_JITTER_MS) : undefined)
        break
      default:
        if (this.#events.onClose?.(code) === 'end') this.#end('ended')
        else this.#retry(attempts, undefined, retryAfter)
    }
  }

  async #renewSession(attempts: Attempts): Promise<void> {
    const authorizing = { kind: 'authorizing', attempts, slot: null } as const
    this.#setState(authorizing)
    const outcome = attempts.refusals > 1 ? 'refused' : await this.#server.tokens.refresh()
    if (this.#state !== authorizing) return
    if (outcome === 'refused') this.#end('signed-out')
    else if (outcome === 'refreshed') void this.#connect(attempts)
    else this.#retry(attempts)
  }

  #retry({ failures, refusals }: Attempts, milliseconds = backoffDelay(failures), retryAfter = 0): void {
    const attempts = { failures: failures + 1, refusals }
    const delay = Math.max(retryAfter, Math.min(milliseconds, this.#server.maxDelay ?? milliseconds))
    const retry = setTimeout(() => void this.#connect(attempts), delay)
    this.#setState({ kind: 'waiting', attempts, retry, notBefore: Date.now() + retryAfter })
  }

  /** The network or the user is back: connects now unless the server asked to wait, or checks the open connection. */
  #wake(): void {
    const state = this.#state
    if (state.kind !== 'waiting') this.check()
    else if (Date.now() >= state.notBefore) void this.#connect(state.attempts)
  }

  #end(reason: 'no-conversation' | 'signed-out' | 'ended'): void {
    this.#removeWakeListener()
    this.#setState({ kind: 'closed', reason })
  }

  #currentAttempts(): Attempts {
    const state = this.#state
    if (state.kind === 'closed' || (state.kind === 'open' && Date.now() - state.since >= LASTING_MS))
      return NO_ATTEMPTS
    return state.attempts
  }
}

/** Null if the text is not a frame: a client ignores frames that it does not understand. */
function readFrame(text: string): object | null {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null && 'type' in value ? value : null
  } catch {
    return null
  }
}
