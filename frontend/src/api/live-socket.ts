/**
 * A connection to the server, kept up for as long as it is wanted. Knows the protocol's sign-in, closes and liveness;
 * knows nothing of what the frames say, nor of React.
 */
import { socketUrl } from '@/api/base-urls'
import { handshakes } from '@/api/handshakes'
import type { RefreshOutcome } from '@/api/session'
import { SocketWire, type Wire, type WireEvents } from '@/api/wire'
import { backoffDelay, jitter } from '@/lib/backoff'
import type { Connection } from '@/lib/connection'
import type { ClientFrame } from '@/types/frames.gen'

export interface LiveSocketOptions<Frame> {
  /** An access token; null when there is none to be had now. */
  token: () => Promise<string | null>
  refresh: () => Promise<RefreshOutcome>
  onFrame: (frame: Frame) => void
  onConnection: (connection: Connection) => void
}

const CLOSE_GOING_AWAY = 1001
const CLOSE_RESTART = 1012
const CLOSE_UNAUTHENTICATED = 4001
const CLOSE_MALFORMED_ID = 4002
const CLOSE_NO_CONVERSATION = 4004

const RESTART_JITTER_MS = 1_000
/** The server pings every 30 s; two missed pings and the connection is taken for dead. */
const SILENCE_MS = 75_000
const HANDSHAKE_MS = 15_000
const PROBE_MS = 5_000
/** How often a WebSocket is tried while something else takes its place. */
const RETURN_MS = 60_000

type OpenWire = (events: WireEvents) => Wire

export abstract class LiveSocket<Frame extends { type: string }> {
  readonly #path: string
  readonly #options: LiveSocketOptions<Frame>
  readonly #openOtherWire: OpenWire | undefined
  #wire: Wire | null = null
  #connection: Connection = { kind: 'connecting' }
  #attempt = 0
  #refusedInARow = 0
  #retryTimer: number | undefined
  #silenceTimer: number | undefined
  #returnTimer: number | undefined
  #probe: SocketWire | null = null
  #isWanted = false

  /** `openOtherWire`: what takes the place of a WebSocket where none gets through. */
  constructor(path: string, options: LiveSocketOptions<Frame>, openOtherWire?: OpenWire) {
    this.#path = path
    this.#options = options
    this.#openOtherWire = openOtherWire
  }
  open(): void {
    if (this.#isWanted) return
    this.#isWanted = true
    window.addEventListener('online', this.#wake)
    document.addEventListener('visibilitychange', this.#wake)
    void this.#connect()
  }

  close(): void {
    if (!this.#isWanted) return
    this.#end('ended')
    this.#discard()
  }

  protected token(): Promise<string | null> {
    return this.#options.token()
  }

  /** The first frame of a connection. */
  protected abstract authFrame(token: string): ClientFrame

  /** Sends the frame if the connection stands; false when it does not. */
  protected write(frame: ClientFrame): boolean {
    return this.#connection.kind === 'open' && this.#write(frame)
  }

  async #connect(): Promise<void> {
    this.#discard()
    this.#change({ kind: 'connecting' })
    const token = await this.#options.token()
    if (!this.#isWanted || this.#wire) return
    if (token === null) {
      this.#retry()
      return
    }
    this.#expectWithin(HANDSHAKE_MS)
    this.#wire = this.#openWire(token)
  }

  #openWire(token: string): Wire {
    const events: WireEvents = {
      onOpen: () => this.#write(this.authFrame(token)),
      onText: (text) => this.#receive(text),
      onClose: (code) => this.#closed(code),
    }
    const other = handshakes.areRefused() ? this.#openOtherWire?.(events) : undefined
    if (!other) return new SocketWire(socketUrl(this.#path), events)
    this.#returnTimer = window.setInterval(() => this.#tryToReturn(), RETURN_MS)
    return other
  }

  /** Goes over to a WebSocket, from where the other wire is, once a handshake succeeds. */
  #tryToReturn(): void {
    this.#probe?.close()
    this.#probe = new SocketWire(socketUrl(this.#path), {
      onOpen: () => void this.#connect(),
      onText: () => undefined,
      onClose: () => undefined,
    })
  }

  #receive(text: string): void {
    this.#expectWithin(SILENCE_MS)
    const frame = JSON.parse(text) as Frame
    if (frame.type === 'auth.success') {
      this.#attempt = 0
      this.#refusedInARow = 0
      this.#change({ kind: 'open' })
    }
    this.#options.onFrame(frame)
  }

  #closed(code: number): void {
    this.#discard()
    switch (code) {
      case CLOSE_NO_CONVERSATION:
      case CLOSE_MALFORMED_ID:
        this.#end('no-conversation')
        break
      case CLOSE_UNAUTHENTICATED:
        void this.#authenticateAgain()
        break
      case CLOSE_GOING_AWAY:
      case CLOSE_RESTART:
        this.#retry(jitter(RESTART_JITTER_MS))
        break
      default:
        this.#retry()
    }
  }

  async #authenticateAgain(): Promise<void> {
    this.#refusedInARow += 1
    this.#change({ kind: 'connecting' })
    const outcome = this.#refusedInARow > 1 ? 'refused' : await this.#options.refresh()
    if (!this.#isWanted) return
    if (outcome === 'refused') this.#end('signed-out')
    else if (outcome === 'refreshed') void this.#connect()
    else this.#retry()
  }

  #retry(wait: number = backoffDelay(this.#attempt)): void {
    this.#change({ kind: 'waiting', attempt: this.#attempt })
    this.#attempt += 1
    this.#retryTimer = window.setTimeout(() => void this.#connect(), wait)
  }

  /** The network or the reader is back: connect now, or find out whether the connection still stands. */
  readonly #wake = (): void => {
    if (document.visibilityState === 'hidden') return
    if (this.#connection.kind === 'waiting') {
      void this.#connect()
    } else if (this.#connection.kind === 'open') {
      this.#write({ type: 'ping' })
      this.#expectWithin(PROBE_MS)
    }
  }

  #expectWithin(milliseconds: number): void {
    window.clearTimeout(this.#silenceTimer)
    this.#silenceTimer = window.setTimeout(() => {
      if (this.#wire instanceof SocketWire) this.#wire.giveUp()
      this.#discard()
      this.#retry(0)
    }, milliseconds)
  }

  #write(frame: ClientFrame): boolean {
    return this.#wire?.send(frame) ?? false
  }

  #discard(): void {
    window.clearTimeout(this.#retryTimer)
    window.clearTimeout(this.#silenceTimer)
    window.clearInterval(this.#returnTimer)
    this.#probe?.close()
    this.#probe = null
    const wire = this.#wire
    this.#wire = null
    wire?.close()
  }

  #end(reason: 'no-conversation' | 'signed-out' | 'ended'): void {
    this.#isWanted = false
    window.removeEventListener('online', this.#wake)
    document.removeEventListener('visibilitychange', this.#wake)
    this.#change({ kind: 'closed', reason })
  }

  #change(connection: Connection): void {
    this.#connection = connection
    this.#options.onConnection(connection)
  }
}
