/** `AnswerStream`: the parts of one answer in their order, and all of it so far. */
import {
  type Answer,
  applyFrame,
  contentOf,
  discardPartialReset,
  isReset,
  isTerminal,
  NEW_ANSWER,
  reopenAnswer,
  type UntypedFrame,
} from './answer.js'
import type { AnswerFrame, AnswerPosition, AnswerStatus, Usage } from './frames.gen.js'

/**
 * A part of an answer. `reset`: discard the text and the reasoning so far: all of it follows. `waiting`: the
 * model has sent no token for this many seconds. `end` is the last one, with all of the answer.
 */
export type Part =
  | { kind: 'text'; text: string }
  | { kind: 'reasoning'; text: string }
  | { kind: 'reset' }
  | { kind: 'waiting'; seconds: number }
  | EndedAnswer

/** The last part of an answer, with all of it. */
export interface EndedAnswer {
  kind: 'end'
  status: AnswerStatus
  position: AnswerPosition
  text: string
  reasoning: string
  finishReason: string | null
  usage: Usage | null
  /** Null unless the status is `error`. */
  errorCode: string | null
}

/**
 * An answer as it is written. Each loop over it yields all of its parts, from the first one. Throws a `ChatError` if
 * the answer cannot be followed to its end.
 */
export class AnswerStream implements AsyncIterable<Part> {
  readonly #stop: () => void
  readonly #parts: Part[] = []
  #messageId: string | null = null
  #answer: Answer = NEW_ANSWER
  #failure: Error | null = null
  #waiting: (() => void)[] = []

  /** @internal */
  constructor(stop: () => void) {
    this.#stop = stop
  }

  /** The id of the answer; null until the server has accepted the question. */
  get messageId(): string | null {
    return this.#messageId
  }

  /** How far the answer has been read; keep it to follow the answer later. Null until there is an answer. */
  get position(): AnswerPosition | null {
    const { run, seq } = this.#answer
    return this.#messageId === null ? null : { message_id: this.#messageId, run, seq }
  }

  /** All of the text so far. */
  get text(): string {
    return this.#answer.content
  }

  /** All of the reasoning so far. */
  get reasoning(): string {
    return this.#answer.reasoning
  }

  /** `pending` or `streaming` until the answer has ended. */
  get status(): AnswerStatus {
    return this.#answer.status
  }

  /** Whether no more parts follow. */
  get hasEnded(): boolean {
    return this.#failure !== null || this.#parts.at(-1)?.kind === 'end'
  }

  /** Asks the server to end the answer now; its text stays. */
  stop(): void {
    this.#stop()
  }

  /** Reads to the end, and returns the last part, which has all of the answer. */
  async read(): Promise<EndedAnswer> {
    for await (const part of this) if (part.kind === 'end') return part
    throw new Error('An answer ends with its last part.')
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Part, void> {
    for (let next = 0; ;) {
      const part = this.#parts[next]
      if (part) {
        next += 1
        yield part
        if (part.kind === 'end') return
      } else if (this.#failure) {
        throw this.#failure
      } else {
        await new Promise<void>((resolve) => this.#waiting.push(resolve))
      }
    }
  }

  /** @internal The answer begins, or continues in another run. */
  begin(messageId: string, answer: Answer): void {
    if (this.#messageId === null) this.#answer = answer
    else if (answer.run > this.#answer.run) this.#answer = reopenAnswer(this.#answer)
    this.#messageId = messageId
  }

  /** @internal Another connection has begun. */
  handleReconnect(): void {
    const answer = discardPartialReset(this.#answer)
    if (answer === this.#answer) return
    this.#answer = answer
    this.#parts.push({ kind: 'reset' })
    this.#wake()
  }

  /** @internal */
  apply(frame: AnswerFrame): 'applied' | 'repeat' | 'gap' {
    const shown = this.#hasText
    const result = applyFrame(this.#answer, frame)
    if (result.kind !== 'applied') return result.kind
    this.#answer = result.answer
    if (isReset(frame) && shown) this.#parts.push({ kind: 'reset' })
    const { type }: UntypedFrame = frame
    if (isTerminal(frame)) this.#parts.push(this.#endOf(frame.usage ?? null))
    else if (type === 'chat.stream') this.#parts.push({ kind: 'text', text: contentOf(frame) })
    else if (type === 'chat.reasoning') this.#parts.push({ kind: 'reasoning', text: contentOf(frame) })
    this.#wake()
    return 'applied'
  }

  /** @internal Ignored once there is text. */
  reportWaiting(seconds: number): void {
    if (this.#hasText) return
    this.#parts.push({ kind: 'waiting', seconds })
    this.#wake()
  }

  /** @internal */
  fail(error: Error): void {
    if (this.hasEnded) return
    this.#failure = error
    this.#wake()
  }

  get #hasText(): boolean {
    return this.#answer.content !== '' || this.#answer.reasoning !== ''
  }

  #endOf(usage: Usage | null): EndedAnswer {
    const { content, reasoning, status, finish_reason, error_code, run, seq } = this.#answer
    return {
      kind: 'end',
      status,
      position: { message_id: this.#messageId ?? '', run, seq },
      text: content,
      reasoning,
      finishReason: finish_reason,
      usage,
      errorCode: error_code,
    }
  }

  #wake(): void {
    const waiting = this.#waiting
    this.#waiting = []
    for (const go of waiting) go()
  }
}
