/** A conversation's connection without a WebSocket: frames arrive as server-sent events, commands are posted. */
import type { ConnectionEvents } from './connection.js'
import { StreamConnection } from './stream-connection.js'
import type { AnswerPosition, ClientCommand, ClientFrame, ErrorFrame, ServerFrame } from './frames.gen.js'
import { requestWith, type ServerAccess } from './server-access.js'

const CLOSE_UNAUTHENTICATED = 4001

export class ConversationStream extends StreamConnection {
  readonly #path: string

  constructor(server: ServerAccess, conversationId: string, events: ConnectionEvents) {
    super(server, events)
    this.#path = `/conversations/${encodeURIComponent(conversationId)}`
  }

  protected override perform(frame: ClientFrame): void {
    if (frame.type === 'auth') void this.follow(this.#eventsFrom(frame.resume ?? null))
    else if (frame.type === 'chat.follow') void this.follow(this.#eventsFrom(frame))
    else void this.#perform(frame)
  }

  #eventsFrom(position: AnswerPosition | null): string {
    if (!position) return `${this.#path}/events`
    const { message_id, run, seq } = position
    const query = new URLSearchParams({ message_id, run: String(run), seq: String(seq) })
    return `${this.#path}/events?${query.toString()}`
  }

  async #perform(command: ClientCommand): Promise<void> {
    try {
      const response = await this.#post(command)
      if (response?.status === 204) return
      const frame = response && frameOf(command, response, await response.json())
      if (response?.status === 401) this.fail(CLOSE_UNAUTHENTICATED)
      else if (!frame) this.fail()
      // Any other frame also arrives in the stream, in its order.
      else if (!response.ok || frame.type === 'chat.accepted' || frame.type === 'pong')
        this.deliver(JSON.stringify(frame))
    } catch {
      // The server was not reached, or a proxy answered in its place.
      this.fail()
    }
  }

  /** Posts the command with the token of this moment, renewed once if the server refuses it; null without a token. */
  async #post(command: ClientCommand): Promise<Response | null> {
    const { tokens } = this.server
    const first = await this.#postWith(await tokens.token(), command)
    if (first?.status !== 401 || (await tokens.refresh()) !== 'refreshed') return first
    return this.#postWith(await tokens.token(), command)
  }

  async #postWith(token: string | null, command: ClientCommand): Promise<Response | null> {
    if (token === null) return null
    return requestWith(token, this.server, `${this.#path}/commands`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', Accept: 'application/json' },
      body: JSON.stringify(command),
    })
  }
}

/** The frame in the body of a response; null if the response does not come from the server. */
function frameOf(command: ClientCommand, response: Response, body: unknown): ServerFrame | null {
  if (typeof body !== 'object' || body === null) return null
  if (response.ok) return 'type' in body ? (body as ServerFrame) : null
  const { code, error } = body as Partial<ErrorFrame>
  if (typeof code !== 'string' || typeof error !== 'string') return null
  const seconds = Number(response.headers.get('Retry-After') ?? Number.NaN)
  return {
    type: 'chat.error',
    code,
    error,
    ...(command.client_id && { client_id: command.client_id }),
    ...(seconds >= 0 && { retry_after: Math.ceil(seconds) }),
  }
}
