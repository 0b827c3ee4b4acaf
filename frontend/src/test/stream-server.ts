/** Fake of the SSE change feed, for pages that no WebSocket reaches. */
import { http, HttpResponse } from 'msw'
import { vi } from 'vitest'
import type { ChangeFeedFrame, ChangeFeedSuccess } from 'ai-chat-client'
import { eventually } from '@/test/eventually'
import { server } from '@/test/server'

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

/** Responds to each request with an event stream that begins with `state` and stays open. */
export class FakeChangeFeedStreamServer {
  state: ChangeFeedSuccess = { type: 'auth.success', revision: 0, active: [] }
  /** How many streams the page has closed. */
  left = 0
  #controller: ReadableStreamDefaultController<Uint8Array> | null = null
  #asked = 0

  constructor() {
    server.use(
      http.get('/api/events', ({ request }) => {
        const response = this.#respond(request)
        this.send(this.state)
        this.#asked += 1
        return response
      }),
    )
  }

  send(...frames: ChangeFeedFrame[]): void {
    for (const frame of frames) {
      this.#controller?.enqueue(new TextEncoder().encode(`data: ${JSON.stringify(frame)}\n\n`))
    }
  }

  async listening(times: number): Promise<void> {
    await eventually(() => {
      if (this.#asked < times) throw new Error(`asked for ${this.#asked} streams`)
    })
  }

  #respond(request: Request): HttpResponse<ReadableStream<Uint8Array>> {
    request.signal.addEventListener('abort', () => (this.left += 1))
    const body = new ReadableStream<Uint8Array>({
      start: (controller) => {
        this.#controller = controller
      },
    })
    return new HttpResponse(body, { headers: { 'Content-Type': 'text/event-stream' } })
  }
}
