/**
 * Keeps one connection to the server open until it is closed: signs in, notices silence, and reconnects. Does not know
 * what the frames mean.
 */
import type { Connection, ConnectionEvents } from './connection.js'
import {
  checkTransition,
  type ConnectorState,
  NO_TRIES,
  releaseState,
  shownState,
  type Tries,
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
  /** Whether to connect again after a close with this code; by default yes. */
  mayReconnect?: (code: number) => boolean
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
  /** Whether a frame brings something new. Called once for each frame. */
  isProgress: (frame: Frame) => boolean
}

const CLOSE_GOING_AWAY = 1001
const CLOSE_RESTART = 1012
const CLOSE_UNAUTHENTICATED = 4001
const CLOSE_MALFORMED_ID = 4002
const CLOSE_NO_CONVERSATION = 4004

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
  #stopWaking: () => void = () => undefined

  constructor(server: ServerAccess, endpoint: Endpoint<Frame>, events: ConnectorEvents<Frame>) {
    this.#server = server
    this.#endpoint = endpoint
    this.#events = events
  }

  open(): void {
    if (this.#state.kind !== 'closed') return
    this.#stopWaking = onWake(() => this.#wake())
    void this.#connect(NO_TRIES)
  }

  close(): void {
    if (this.#state.kind !== 'closed') this.#end('ended')
  }

  /** Sends a frame on an open connection; false when there is none. */
  send(frame: ClientFrame): boolean {
    return this.#state.kind === 'open' && this.#state.connection.send(frame)
  }

  /** Gives the open connection up, and connects again. */
  reconnect(): void {
    if (this.#state.kind !== 'open') return
    this.#state.connection.giveUp()
    this.#retry(this.#tries())
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
  #move(next: ConnectorState): void {
    const previous = this.#state
    checkTransition(previous.kind, next.kind)
    this.#state = next
    releaseState(previous, next)
    this.#events.onState(shownState(next))
  }

  /** Call this when the need for the connection has changed. */
  needChanged(): void {
    if ('slot' in this.#state) this.#state.slot?.needChanged()
  }

  async #connect(tries: Tries, slot: StreamSlot | null = null): Promise<void> {
    if (this.#needsSlot(slot)) {
      this.#queue(tries)
      return
    }
    const authorizing = { kind: 'authorizing', tries, slot } as const
    this.#move(authorizing)
    const token = await this.#server.tokens.token()
    if (this.#state !== authorizing) return
    if (token === null) this.#retry(tries)
    else if (this.#needsSlot(slot)) this.#queue(tries)
    else this.#openConnection(token, tries, slot)
  }

  #needsSlot(slot: StreamSlot | null): boolean {
    return slot === null && this.#endpoint.requestSlot !== undefined && !this.#usesSockets()
  }

  #queue(tries: Tries): void {
    const slot = this.#endpoint.requestSlot?.({
      onGranted: () => void this.#connect(tries, slot),
      onLost: () => this.#queue(this.#tries()),
    })
    if (slot) this.#move({ kind: 'queued', tries, slot, trial: this.#trySocket() })
  }

  #openConnection(token: string, tries: Tries, slot: StreamSlot | null): void {
    const { path, openStream, authFrame } = this.#endpoint
    const events: ConnectionEvents = {
      onOpen: () => void connection.send(authFrame(token)),
      onText: (text) => this.#receive(text),
      onClose: (code, retryAfter) => this.#closed(code, retryAfter),
    }
    const isSocket = this.#usesSockets()
    const connection = isSocket ? new SocketConnection(this.#server, path, events) : openStream(events)
    const trial = isSocket ? null : this.#trySocket()
    this.#move({
      kind: 'signing-in',
      tries,
      connection,
      trial,
      slot: isSocket ? null : slot,
      deadline: undefined,
    })
    this.#expectTextWithin(HANDSHAKE_MS)
  }

  #usesSockets(): boolean {
    return hasSockets(this.#server) && !this.#server.handshakes.areRefused()
  }

  #trySocket(): SocketTrial | null {
    if (!hasSockets(this.#server)) return null
    return new SocketTrial(this.#server, this.#endpoint.path, () => void this.#connect(this.#tries()))
  }

  #receive(text: string): void {
    this.#expectTextWithin(SILENCE_MS)
    const frame = readFrame(text) as Frame | null
    if (frame === null) return
    if (frame.type === 'auth.success' && this.#state.kind === 'signing-in') {
      const { failed } = this.#state.tries
      this.#move({ ...this.#state, kind: 'open', tries: { failed, refused: 0 }, since: Date.now() })
    }
    const state = this.#state
    if (this.#endpoint.isProgress(frame) && state.kind === 'open') state.tries = NO_TRIES
    this.#events.onFrame(frame)
  }

  #expectTextWithin(milliseconds: number): void {
    const state = this.#state
    if (!('connection' in state)) return
    clearTimeout(state.deadline)
    state.deadline = setTimeout(() => {
      state.connection.giveUp()
      this.#retry(this.#tries(), 0)
    }, milliseconds)
  }

  #closed(code: number, retryAfter = 0): void {
    const tries = this.#tries()
    switch (code) {
      case CLOSE_NO_CONVERSATION:
      case CLOSE_MALFORMED_ID:
        this.#end('no-conversation')
        break
      case CLOSE_UNAUTHENTICATED:
        void this.#renewSession({ ...tries, refused: tries.refused + 1 })
        break
      case CLOSE_GOING_AWAY:
      case CLOSE_RESTART:
        this.#retry(tries, tries.failed === 0 ? jitter(RESTART_JITTER_MS) : undefined)
        break
      default:
        if (this.#events.mayReconnect?.(code) ?? true) this.#retry(tries, undefined, retryAfter)
        else this.#end('ended')
    }
  }

  async #renewSession(tries: Tries): Promise<void> {
    const authorizing = { kind: 'authorizing', tries, slot: null } as const
    this.#move(authorizing)
    const outcome = tries.refused > 1 ? 'refused' : await this.#server.tokens.refresh()
    if (this.#state !== authorizing) return
    if (outcome === 'refused') this.#end('signed-out')
    else if (outcome === 'refreshed') void this.#connect(tries)
    else this.#retry(tries)
  }

  #retry({ failed, refused }: Tries, milliseconds = backoffDelay(failed), retryAfter = 0): void {
    const tries = { failed: failed + 1, refused }
    const delay = Math.max(retryAfter, Math.min(milliseconds, this.#server.maxDelay ?? milliseconds))
    const retry = setTimeout(() => void this.#connect(tries), delay)
    this.#move({ kind: 'waiting', tries, retry, notBefore: Date.now() + retryAfter })
  }

  /** The network or the user is back: connects now unless the server asked to wait, or checks the open connection. */
  #wake(): void {
    const state = this.#state
    if (state.kind !== 'waiting') this.check()
    else if (Date.now() >= state.notBefore) void this.#connect(state.tries)
  }

  #end(reason: 'no-conversation' | 'signed-out' | 'ended'): void {
    this.#stopWaking()
    this.#move({ kind: 'closed', reason })
  }

  #tries(): Tries {
    const state = this.#state
    if (state.kind === 'closed' || (state.kind === 'open' && Date.now() - state.since >= LASTING_MS))
      return NO_TRIES
    return state.tries
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
