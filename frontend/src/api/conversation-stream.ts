/** A conversation's connection without a WebSocket: frames arrive as server-sent events, commands are posted. */
import { ApiError } from '@/api/api-error'
import { request } from '@/api/client'
import type { ConnectionEvents } from '@/api/connection'
import { StreamConnection } from '@/api/stream-connection'
import type { ClientCommand, ClientFrame, ErrorFrame, AnswerPosition, ServerFrame } from '@/types/frames.gen'

export class ConversationStream extends StreamConnection {
  readonly #path: string

  constructor(conversationId: string, events: ConnectionEvents) {
    super(events)
    this.#path = `/conversations/${encodeURIComponent(conversationId)}`
  }

  protected override perform(frame: ClientFrame): void {
    if (frame.type === 'auth') void this.follow(this.#eventsFrom(frame.resume ?? null))
    else if (frame.type === 'chat.follow') void this.follow(this.#eventsFrom(frame))
    else void this.#post(frame)
  }

  #eventsFrom(position: AnswerPosition | null): string {
    if (!position) return `${this.#path}/events`
    const { message_id, run, seq } = position
    const query = new URLSearchParams({ message_id, run: String(run), seq: String(seq) })
    return `${this.#path}/events?${query.toString()}`
  }

  async #post(command: ClientCommand): Promise<void> {
    try {
      const answer = await request<ServerFrame | undefined>({
        method: 'POST',
        path: `${this.#path}/commands`,
        body: command,
      })
      // Any other frame also arrives in the stream, in its order.
      if (answer?.type === 'chat.accepted' || answer?.type === 'pong') this.#deliverFrame(answer)
    } catch (error) {
      if (error instanceof ApiError && error.status !== 0) this.#deliverFrame(refusalOf(command, error))
      else this.fail()
    }
  }

  #deliverFrame(frame: ServerFrame): void {
    this.deliver(JSON.stringify(frame))
  }
}

function refusalOf(command: ClientCommand, error: ApiError): ErrorFrame {
  return {
    type: 'chat.error',
    code: error.code,
    error: error.message,
    ...(command.client_id && { client_id: command.client_id }),
    ...(error.retryAfter !== null && { retry_after: error.retryAfter }),
  }
}
