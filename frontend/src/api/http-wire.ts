/** A conversation's wire where no WebSocket gets through: frames come as server-sent events, commands go by POST. */
import { ApiError } from '@/api/api-error'
import { request } from '@/api/client'
import { StreamWire } from '@/api/stream-wire'
import type { WireEvents } from '@/api/wire'
import type { ClientCommand, ClientFrame, ErrorFrame, AnswerPosition, ServerFrame } from '@/types/frames.gen'

export class HttpWire extends StreamWire {
  readonly #path: string

  constructor(conversationId: string, events: WireEvents) {
    super(events)
    this.#path = `/conversations/${encodeURIComponent(conversationId)}`
  }

  protected override take(frame: ClientFrame): void {
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
      // What else it is comes in the stream as well, in its order.
      if (answer?.type === 'chat.accepted' || answer?.type === 'pong') this.#hear(answer)
    } catch (error) {
      if (error instanceof ApiError && error.status !== 0) this.#hear(refusal(command, error))
      else this.end()
    }
  }

  #hear(frame: ServerFrame): void {
    this.tell(JSON.stringify(frame))
  }
}

function refusal(command: ClientCommand, error: ApiError): ErrorFrame {
  return {
    type: 'chat.error',
    code: error.code,
    error: error.message,
    ...(command.client_id && { client_id: command.client_id }),
    ...(error.retryAfter !== null && { retry_after: error.retryAfter }),
  }
}
