/** The fake of the server's door for those whom no WebSocket reaches. */
import { http, HttpResponse } from 'msw'
import { vi } from 'vitest'
import { eventually } from '@/test/eventually'
import { server } from '@/test/server'
import type { ClientCommand, ServerFrame } from '@/types/protocol'

/** Has every handshake refused, as some proxies do. */
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

export class FakeStreamServer {
  /** The addresses of the streams asked for, without the path. */
  readonly queries: string[] = []
  readonly commands: ClientCommand[] = []
  /** What the next command is answered. */
  answer: { status: number; frame: ServerFrame } = { status: 200, frame: { type: 'pong' } }
  #controller: ReadableStreamDefaultController<Uint8Array> | null = null

  constructor() {
    server.use(
      http.get('/api/conversations/:id/events', ({ request }) => {
        this.queries.push(new URL(request.url).search)
        const body = new ReadableStream<Uint8Array>({
          start: (controller) => {
            this.#controller = controller
          },
        })
        return new HttpResponse(body, { headers: { 'Content-Type': 'text/event-stream' } })
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

  send(...frames: ServerFrame[]): void {
    for (const frame of frames) this.write(`data: ${JSON.stringify(frame)}\n\n`)
  }

  write(text: string): void {
    this.#controller?.enqueue(new TextEncoder().encode(text))
  }

  end(): void {
    this.#controller?.close()
  }
}
