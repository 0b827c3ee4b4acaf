/** The gap in one answer: frames before the last one have not arrived on this connection. */
import type { AnswerStream } from './answer-stream.js'
import type { AnswerPosition } from './frames.gen.js'

/** How long the frames that fill a gap may take. */
const LIMIT_MS = 10_000

export class Gap {
  readonly #stream: AnswerStream
  readonly #onTimeout: () => void
  /** The position after which frames are missing, as JSON; empty if none are. */
  #position = ''
  #timer: ReturnType<typeof setTimeout> | undefined

  constructor(stream: AnswerStream, onTimeout: () => void) {
    this.#stream = stream
    this.#onTimeout = onTimeout
  }

  /** Whether the missing frames have not arrived yet. */
  get isOpen(): boolean {
    return this.#position !== '' && this.#position === JSON.stringify(this.#stream.position)
  }

  /** Requests the missing frames with `send`, unless they have been requested on this connection. */
  request(send: (position: AnswerPosition) => void): void {
    const { position } = this.#stream
    if (position === null || this.isOpen) return
    this.clear()
    this.#position = JSON.stringify(position)
    this.#timer = setTimeout(() => {
      if (this.isOpen) this.#onTimeout()
    }, LIMIT_MS)
    send(position)
  }

  /** Call this when the connection or the answer has ended. */
  clear(): void {
    clearTimeout(this.#timer)
    this.#position = ''
  }
}
