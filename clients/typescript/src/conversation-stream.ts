/** A conversation's connection without a WebSocket: frames arrive as server-sent events, commands are posted. */
import { CLOSE_UNAUTHENTICATED } from './close-codes.js'
import type { ConnectionEvents } from './connection.js'
import { StreamConnection } from './stream-connection.js'
import type { AnswerPosition, ClientCommand, ClientFrame, ErrorFrame, ServerFrame } from './frames.gen.js'
import { readObject, readRefusal, type Refusal } from './response-body.js'
import { readRetryAfter, readRetrySeconds } from './retry-after.js'
import { requestWith, type ServerAccess } from './server-access.js'

const NO_CONTENT = 204
const UNAUTHORIZED = 401
const TOO_LARGE = 413
/** Statuses after which the same request may succeed. */
const RETRYABLE = [408, 425, 429]

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
      if (response?.status === UNAUTHORIZED) this.fail(CLOSE_UNAUTHENTICATED)
      else if (response?.ok) await this.#takeFrame(response)
      else if (response) await this.#takeRefusal(command, response)
      else this.fail()
    } catch {
      // The server was not reached.
      this.fail()
    }
  }

  async #takeFrame(response: Response): Promise<void> {
    if (response.status === NO_CONTENT) return
    const frame = (await readObject(response)) as ServerFrame | null
    if (typeof frame?.type !== 'string') this.fail()
    // Any other frame also arrives in the stream, in its order.
    else if (frame.type === 'chat.accepted' || frame.type === 'pong') this.deliver(JSON.stringify(frame))
  }

  async #takeRefusal(command: ClientCommand, response: Response): Promise<void> {
    const refusal = (await readRefusal(response)) ?? refusalByProxy(response)
    if (refusal) this.deliver(JSON.stringify(errorFrame(command, refusal)))
    else this.fail(undefined, readRetryAfter(response))
  }

  /** Posts the command with the current token, renewed once if the server refuses it; null without a token. */
  async #post(command: ClientCommand): Promise<Response | null> {
    const { tokens } = this.server
    const first = await this.#postWith(await tokens.token(), command)
    if (first?.status !== UNAUTHORIZED || (await tokens.refresh()) !== 'refreshed') return first
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

/** The refusal of a proxy, by the status of its response; null if that says nothing about the command. */
function refusalByProxy(response: Response): Refusal | null {
  const { status } = response
  const retryAfter = readRetrySeconds(response)
  if (status === TOO_LARGE) return { code: 'TOO_LARGE', error: 'The command is too large.', retryAfter }
  if (status < 400 || status >= 500 || RETRYABLE.includes(status)) return null
  return { code: 'HTTP_ERROR', error: `A proxy refused the command with HTTP ${status}.`, retryAfter }
}

function errorFrame({ client_id }: ClientCommand, { code, error, retryAfter }: Refusal): ErrorFrame {
  return {
    type: 'chat.error',
    code,
    error,
    ...(client_id && { client_id }),
    ...(retryAfter !== null && { retry_after: retryAfter }),
  }
}
