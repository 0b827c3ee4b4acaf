/** Fake of the server's event streams for clients without WebSocket. */
import type { ChangeFeedFrame, ServerFrame } from '../frames.gen.js'
import { eventually } from './eventually.js'

interface Refusal {
  status: number
  body: unknown
  headers?: Record<string, string>
}

export class FakeStreamServer {
  /** The query strings of the requested streams. */
  readonly queries: string[] = []
  /** The response to a request for a stream; null: a stream. */
  refusal: Refusal | null = null
  /** The first frame of each stream. */
  first: ServerFrame | ChangeFeedFrame | null = null
  /** How many streams the client has closed. */
  left = 0
  #controller: ReadableStreamDefaultController<Uint8Array> | null = null

  readonly fetch: typeof fetch = (input, init) => {
    this.queries.push(new URL(input as string).search)
    return Promise.resolve(this.refusal ? responseOf(this.refusal) : this.#stream(init?.signal))
  }

  send(...frames: (ServerFrame | ChangeFeedFrame)[]): void {
    for (const frame of frames) this.write(`data: ${JSON.stringify(frame)}\n\n`)
  }

  write(text: string): void {
    this.#controller?.enqueue(new TextEncoder().encode(text))
  }

  async listening(times: number): Promise<void> {
    await eventually(() => {
      if (this.queries.length < times) throw new Error(`asked for ${this.queries.length} streams`)
    })
  }

  #stream(signal: AbortSignal | null | undefined): Response {
    const body = new ReadableStream<Uint8Array>({
      start: (controller) => {
        this.#controller = controller
        signal?.addEventListener('abort', () => {
          this.left += 1
          controller.error(signal.reason)
        })
        if (this.first) this.send(this.first)
      },
    })
    return new Response(body, { headers: { 'Content-Type': 'text/event-stream' } })
  }
}

function responseOf({ status, body, headers }: Refusal): Response {
  return new Response(JSON.stringify(body), {
    status,
    headers: { 'Content-Type': 'application/json', ...headers },
  })
}
