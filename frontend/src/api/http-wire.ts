/** A conversation's wire where no WebSocket gets through: frames come as server-sent events, commands go by POST. */
import { ApiError } from '@/api/api-error'
import { apiUrl } from '@/api/base-urls'
import { request } from '@/api/client'
import { handshakes } from '@/api/handshakes'
import type { Wire, WireEvents } from '@/api/wire'
import { readEvents } from '@/lib/event-stream'
import type { ClientCommand, ClientFrame, ErrorFrame, Position, ServerFrame } from '@/types/protocol'

const CLOSE_ABNORMAL = 1006
/** What a socket would be closed with, by the status of the answer. */
const CLOSE_CODES: Partial<Record<number, number>> = { 401: 4001, 404: 4004, 422: 4002, 429: 4029 }
const PING = '{"type":"ping"}'

export class HttpWire implements Wire {
  readonly #path: string
  readonly #events: WireEvents
  #token = ''
  #stream: AbortController | null = null
  #isClosed = false

  constructor(conversationId: string, events: WireEvents) {
    this.#path = `/conversations/${encodeURIComponent(conversationId)}`
    this.#events = events
    queueMicrotask(() => {
      if (!this.#isClosed) events.onOpen()
    })
  }

  send(frame: ClientFrame): boolean {
    if (this.#isClosed) return false
    if (frame.type === 'auth') {
      this.#token = frame.token
      void this.#follow(frame.resume ?? null)
    } else if (frame.type === 'chat.follow') {
      void this.#follow(frame)
    } else {
      void this.#post(frame)
    }
    return true
  }

  close(): void {
    this.#isClosed = true
    this.#stream?.abort()
  }

  /** Reads from a position on, in place of what was read before. */
  async #follow(position: Position | null): Promise<void> {
    this.#stream?.abort()
    const stream = new AbortController()
    this.#stream = stream
    try {
      const response = await fetch(apiUrl(`${this.#path}/events${queryOf(position)}`), {
        headers: { Authorization: `Bearer ${this.#token}`, Accept: 'text/event-stream' },
        signal: stream.signal,
      })
      if (!response.ok || !response.body) this.#end(CLOSE_CODES[response.status])
      else await this.#read(response.body, stream.signal)
    } catch {
      if (!stream.signal.aborted) this.#end()
    }
  }

  async #read(body: ReadableStream<Uint8Array>, signal: AbortSignal): Promise<void> {
    for await (const { type, data } of readEvents(body)) {
      if (signal.aborted) return
      if (type === 'close') {
        this.#end((JSON.parse(data) as { code: number }).code)
        return
      }
      this.#events.onText(type === 'comment' ? PING : data)
    }
    this.#end()
  }

  async #post(command: ClientCommand): Promise<void> {
    try {
      const answer = await request<ServerFrame | undefined>({
        method: 'POST',
        path: `${this.#path}/commands`,
        body: command,
      })
      // What else it is comes in the stream as well, in its order.
      if (answer?.type === 'chat.accepted' || answer?.type === 'pong') this.#tell(answer)
    } catch (error) {
      if (error instanceof ApiError && error.status !== 0) this.#tell(refusal(command, error))
      else this.#end()
    }
  }

  #tell(frame: ServerFrame): void {
    if (!this.#isClosed) this.#events.onText(JSON.stringify(frame))
  }

  #end(code?: number): void {
    if (this.#isClosed) return
    if (code === undefined) handshakes.areNotToBlame()
    this.close()
    this.#events.onClose(code ?? CLOSE_ABNORMAL)
  }
}

function queryOf(position: Position | null): string {
  if (!position) return ''
  const { message_id, run, seq } = position
  return `?${new URLSearchParams({ message_id, run: String(run), seq: String(seq) }).toString()}`
}

function refusal(command: ClientCommand, error: ApiError): ErrorFrame {
  return {
    type: 'chat.error',
    code: error.code,
    error: error.message,
    ...('client_id' in command && { client_id: command.client_id }),
    ...(error.retryAfter !== null && { retry_after: error.retryAfter }),
  }
}
