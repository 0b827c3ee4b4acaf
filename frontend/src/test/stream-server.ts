/** Fake of the server's SSE endpoints, for clients that no WebSocket reaches. */
import { http, HttpResponse } from 'msw'
import { vi } from 'vitest'
import { eventually } from '@/test/eventually'
import { server } from '@/test/server'
import type { ClientCommand, ChangeFeedFrame, ChangeFeedSuccess, ServerFrame } from '@/types/frames.gen'

/** Refuses every WebSocket handshake, as some proxies do. */
export function refuseHandshakes(): void {
  class RefusedSocket extends EventTarget {
    static readonly OPEN = 1
    readonly readyState = 3
    constructor() {
      super()
      queueMicrotask(() => this.dispatchEvent(new CloseEvent('close', { code: 1006 })))
    }
    close(): void {
      this.dispatchEvent(new Event('closed'))
    }
  }
  vi.stubGlobal('WebSocket', RefusedSocket)
}

/** Responds to each request with an event stream that stays open. */
class FakeStream<Frame> {
  #controller: ReadableStreamDefaultController<Uint8Array> | null = null
  /** How many streams the page has closed. */
  left = 0

  send(...frames: Frame[]): void {
    for (const frame of frames) this.write(`data: ${JSON.stringify(frame)}\n\n`)
  }

  write(text: string): void {
    this.#controller?.enqueue(new TextEncoder().encode(text))
  }

  end(): void {
    this.#controller?.close()
  }

  protected respond(request: Request): HttpResponse<ReadableStream<Uint8Array>> {
    request.signal.addEventListener('abort', () => (this.left += 1))
    const body = new ReadableStream<Uint8Array>({
      start: (controller) => {
        this.#controller = controller
      },
    })
    return new HttpResponse(body, { headers: { 'Content-Type': 'text/event-stream' } })
  }
}

/** Fake of the SSE connection of a conversation. */
export class FakeStreamServer extends FakeStream<ServerFrame> {
  /** The query strings of the requested streams. */
  readonly queries: string[] = []
  readonly commands: ClientCommand[] = []
  /** The response to the next command. */
  answer: { status: number; frame: ServerFrame } = { status: 200, frame: { type: 'pong' } }

  constructor() {
    super()
    server.use(
      http.get('/api/conversations/:id/events', ({ request }) => {
        this.queries.push(new URL(request.url).search)
        return this.respond(request)
      }),
      http.post('/api/conversations/:id/commands', async ({ request }) => {
        this.commands.push((await request.json()) as ClientCommand)
        return HttpResponse.json(this.answer.frame, { status: this.answer.status })
      }),
    )
  }

  async listening(times: number): Promise<void> {
    await eventually(() => {
      if (this.queries.length < times) throw new Error(`asked for ${this.queries.length} streams`)
    })
  }
}

/** Fake of the SSE change feed; begins each stream with its `state`. */
export class FakeChangeFeedStreamServer extends FakeStream<ChangeFeedFrame> {
  state: ChangeFeedSuccess = { type: 'auth.success', revision: 0, active: [] }
  #asked = 0

  constructor() {
    super()
    server.use(
      http.get('/api/events', ({ request }) => {
        const response = this.respond(request)
        this.send(this.state)
        this.#asked += 1
        return response
      }),
    )
  }

  async listening(times: number): Promise<void> {
    await eventually(() => {
      if (this.#asked < times) throw new Error(`asked for ${this.#asked} streams`)
    })
  }
}
