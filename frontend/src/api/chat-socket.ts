/** One conversation's connection. */
import { HttpWire } from '@/api/http-wire'
import { LiveSocket, type LiveSocketOptions } from '@/api/live-socket'
import type { ClientCommand, ClientFrame, AnswerPosition, ServerFrame } from '@/types/frames.gen'

export interface ChatSocketOptions extends LiveSocketOptions<ServerFrame> {
  conversationId: string
  /** From where the answer that is shown is to go on. */
  resume: () => AnswerPosition | null
}

export class ChatSocket extends LiveSocket<ServerFrame> {
  readonly #resume: () => AnswerPosition | null

  constructor(options: ChatSocketOptions) {
    const { conversationId: id } = options
    super(`/ws/chat/${id}/`, options, (events) => new HttpWire(id, events))
    this.#resume = options.resume
  }

  /** Sends the command if the connection stands; false when it does not. */
  send(command: ClientCommand): boolean {
    return this.write(command)
  }

  protected override authFrame(token: string): ClientFrame {
    const resume = this.#resume()
    return resume ? { type: 'auth', token, resume } : { type: 'auth', token }
  }
}
