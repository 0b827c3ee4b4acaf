/** A connection that is a stream of server-sent events, for networks that block WebSocket. */
import {
  CLOSE_ABNORMAL,
  CLOSE_MALFORMED_ID,
  CLOSE_NO_CONVERSATION,
  CLOSE_UNAUTHENTICATED,
} from './close-codes.js'
import type { Connection, ConnectionEvents } from './connection.js'
import { readEvents } from './event-stream.js'
import type { ClientFrame } from './frames.gen.js'
import { readRefusal } from './response-body.js'
import { readRetryAfter } from './retry-after.js'
import { requestWith, type ServerAccess } from './server-access.js'

/** The close code that a WebSocket would get, by the status of a refusal of the server. */
const CLOSE_CODES: Partial<Record<number, number>> = {
  404: CLOSE_NO_CONVERSATION,
  422: CLOSE_MALFORMED_ID,
}
const UNAUTHORIZED = 401
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

  /** Reads the event stream at `path` instead of the previous one. */
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
      if (response.ok && response.body && isEventStream(response))
        await this.#read(response.body, stream.signal)
      else this.fail(await closeCodeOf(response), readRetryAfter(response))
    } catch {
      if (!stream.signal.aborted) this.fail()
    }
  }

  /** Passes text on as if it had arrived in the stream. */
  protected deliver(text: string): void {
    if (!this.#isClosed) this.#events.onText(text)
  }

  /**
   * Closes the connection and reports it as closed by the server or, without a code, as broken. The next connection
   * may be opened after `retryAfter` milliseconds.
   */
  protected fail(code?: number, retryAfter: number | null = null): void {
    if (this.#isClosed) return
    if (code === undefined) this.server.handshakes.allowNextTry()
    this.close()
    this.#events.onClose(code ?? CLOSE_ABNORMAL, retryAfter ?? 0)
  }

  async #read(body: ReadableStream<Uint8Array>, signal: AbortSignal): Promise<void> {
    for await (const { type, data } of readEvents(body)) {
      if (signal.aborted) return
      if (type === 'close') {
        this.fail((JSON.parse(data) as { code: number }).code)
        return
      }
      if (type === 'comment') this.deliver(PING)
      else if (type === 'message') this.deliver(data)
    }
    this.fail()
  }
}

function isEventStream({ headers }: Response): boolean {
  return headers.get('Content-Type')?.toLowerCase().startsWith('text/event-stream') ?? false
}

/** The close code that a socket would get; undefined if the response does not come from the server. */
async function closeCodeOf(response: Response): Promise<number | undefined> {
  if (response.status === UNAUTHORIZED) return CLOSE_UNAUTHENTICATED
  return (await readRefusal(response)) ? CLOSE_CODES[response.status] : undefined
}
