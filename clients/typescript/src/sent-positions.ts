/** The positions sent on a connection: a refusal of one is found by the `client_id` of its command. */
import { createUuid } from './uuid.js'

export class SentPositions {
  readonly #answers = new Map<string, string>()
  /** The last answer whose position was sent, until a frame of it arrives: a refusal may have no `client_id`. */
  #awaited: string | undefined

  /** Returns the `client_id` for the command that sends the position of this answer. */
  add(messageId: string): string {
    const id = createUuid()
    this.#answers.set(id, messageId)
    this.#awaited = messageId
    return id
  }

  /** Call this when a frame of the answer arrives. */
  recordArrival(messageId: string): void {
    if (this.#awaited === messageId) this.#awaited = undefined
  }

  /** Returns the answer whose position this refusal is about. */
  findRefused(code: string, clientId: string | undefined): string | undefined {
    if (clientId !== undefined) return this.#answers.get(clientId)
    return code === 'NOT_FOUND' ? this.#awaited : undefined
  }

  clear(): void {
    this.#answers.clear()
    this.#awaited = undefined
  }
}
