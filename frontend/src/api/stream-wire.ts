/** A wire where no WebSocket gets through: what the server says comes as server-sent events. */
import { apiUrl } from '@/api/base-urls'
import { handshakes } from '@/api/handshakes'
import type { Wire, WireEvents } from '@/api/wire'
import { readEvents } from '@/lib/event-stream'
import type { ClientFrame } from '@/types/frames.gen'

const CLOSE_ABNORMAL = 1006
/** What a socket would be closed with, by the status of the answer. */
const CLOSE_CODES: Partial<Record<number, number>> = { 401: 4001, 404: 4004, 422: 4002, 429: 4029 }
const PING = '{"type":"ping"}'

export abstract class StreamWire implements Wire {
  readonly #events: WireEvents
  #token = ''
  #stream: AbortController | null = null
  #isClosed = false

  constructor(events: WireEvents) {
    this.#events = events
    queueMicrotask(() => {
      if (!this.#isClosed) events.onOpen()
    })
  }

  send(frame: ClientFrame): boolean {
    if (this.#isClosed) return false
    if (frame.type === 'auth') this.#token = frame.token
    this.take(frame)
    return true
  }

  close(): void {
    this.#isClosed = true
    this.#stream?.abort()
  }

  /** Does what a frame asks for. */
  protected abstract take(frame: ClientFrame): void

  /** Reads the events of an address, in place of what was read before. */
  protected async follow(path: string): Promise<void> {
    this.#stream?.abort()
    const stream = new AbortController()
    this.#stream = stream
    try {
      const response = await fetch(apiUrl(path), {
        headers: { Authorization: `Bearer ${this.#token}`, Accept: 'text/event-stream' },
        signal: stream.signal,
      })
      if (!response.ok || !response.body) this.end(CLOSE_CODES[response.status])
      else await this.#read(response.body, stream.signal)
    } catch {
      if (!stream.signal.aborted) this.end()
    }
  }

  protected tell(text: string): void {
    if (!this.#isClosed) this.#events.onText(text)
  }

  protected end(code?: number): void {
    if (this.#isClosed) return
    if (code === undefined) handshakes.areNotToBlame()
    this.close()
    this.#events.onClose(code ?? CLOSE_ABNORMAL)
  }

  async #read(body: ReadableStream<Uint8Array>, signal: AbortSignal): Promise<void> {
    for await (const { type, data } of readEvents(body)) {
      if (signal.aborted) return
      if (type === 'close') {
        this.end((JSON.parse(data) as { code: number }).code)
        return
      }
      this.tell(type === 'comment' ? PING : data)
    }
    this.end()
  }
}
