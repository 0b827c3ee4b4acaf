/** A connection that is a stream of server-sent events, for networks that block WebSocket. */
import type { Connection, ConnectionEvents } from './connection.js'
import { readEvents } from './event-stream.js'
import type { ClientFrame } from './frames.gen.js'
import { requestWith, type ServerAccess } from './server-access.js'

/** The close code of a connection that broke off. */
export const CLOSE_ABNORMAL = 1006
/** The close code that a WebSocket would get, by the status of the response. */
const CLOSE_CODES: Partial<Record<number, number>> = { 401: 4001, 404: 4004, 422: 4002, 429: 4029 }
const PING = '{"type":"ping"}'

export abstract class StreamConnection implements Connection {
  protected readonly server: ServerAccess
  readonly #events: ConnectionEvents
  #stream: AbortController | null = null
  #isClosed = false

  constructor(server: ServerAccess, events: ConnectionEvents) {
    this.server = server
    this.#events = events
    queueMicrotask(() => {
      if (!this.#isClosed) events.onOpen()
    })
  }

  send(frame: ClientFrame): boolean {
    if (this.#isClosed) return false
    this.perform(frame)
    return true
  }

  close(): void {
    this.#isClosed = true
    this.#stream?.abort()
  }

  giveUp(): void {
    this.close()
  }

  /** Makes the request that does what the frame asks for. */
  protected abstract perform(frame: ClientFrame): void

  /** Reads the event stream at `path` instead of the one that was read before. */
  protected async follow(path: string): Promise<void> {
    this.#stream?.abort()
    const stream = new AbortController()
    this.#stream = stream
    try {
      // The token of the sign-in may have expired.
      const token = await this.server.tokens.token()
      const response = await requestWith(token ?? '', this.server, path, {
        headers: { Accept: 'text/event-stream' },
        signal: stream.signal,
      })
      if (!response.ok || !response.body) this.fail(CLOSE_CODES[response.status])
      else await this.#read(response.body, stream.signal)
    } catch {
      if (!stream.signal.aborted) this.fail()
    }
  }

  /** Passes text on as if it had arrived in the stream. */
  protected deliver(text: string): void {
    if (!this.#isClosed) this.#events.onText(text)
  }

  /** Closes the connection from this side, as if the server had closed it; without a code, because of the network. */
  protected fail(code?: number): void {
    if (this.#isClosed) return
    if (code === undefined) this.server.handshakes.allowNextTry()
    this.close()
    this.#events.onClose(code ?? CLOSE_ABNORMAL)
  }

  async #read(body: ReadableStream<Uint8Array>, signal: AbortSignal): Promise<void> {
    for await (const { type, data } of readEvents(body)) {
      if (signal.aborted) return
      if (type === 'close') {
        this.fail((JSON.parse(data) as { code: number }).code)
        return
      }
      this.deliver(type === 'comment' ? PING : data)
    }
    this.fail()
  }
}
