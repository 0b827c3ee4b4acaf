/** Fake of the server's endpoints for clients without WebSocket. */
import type { ChangeFeedFrame, ClientCommand, ServerFrame } from '../frames.gen.js'
import { eventually } from './eventually.js'

interface Answer {
  status: number
  body: unknown
  headers?: Record<string, string>
}

export class FakeStreamServer {
  /** The query strings of the requested streams. */
  readonly queries: string[] = []
  readonly commands: ClientCommand[] = []
  /** The `Authorization` of each request. */
  readonly authorizations: (string | null)[] = []
  /** The response to the next command. */
  answer: Answer = { status: 200, body: { type: 'pong' } satisfies ServerFrame }
  /** The response to a request for a stream; null: a stream. */
  refusal: Answer | null = null
  /** The first frame of each stream. */
  first: ServerFrame | ChangeFeedFrame | null = null
  /** How many streams the client has closed. */
  left = 0
  #controller: ReadableStreamDefaultController<Uint8Array> | null = null

  readonly fetch: typeof fetch = (input, init) => {
    const url = new URL(input as string)
    this.authorizations.push(new Headers(init?.headers).get('Authorization'))
    if (!url.pathname.endsWith('/events')) {
      this.commands.push(JSON.parse(init?.body as string) as ClientCommand)
      return Promise.resolve(responseOf(this.answer))
    }
    this.queries.push(url.search)
    return Promise.resolve(this.refusal ? responseOf(this.refusal) : this.#stream(init?.signal))
  }

  send(...frames: (ServerFrame | ChangeFeedFrame)[]): void {
    for (const frame of frames) this.write(`data: ${JSON.stringify(frame)}\n\n`)
  }

  write(text: string): void {
    this.#controller?.enqueue(new TextEncoder().encode(text))
  }

  end(): void {
    this.#controller?.close()
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

function responseOf({ status, body, headers }: Answer): Response {
  return new Response(JSON.stringify(body), {
    status,
    headers: { 'Content-Type': 'application/json', ...headers },
  })
}
