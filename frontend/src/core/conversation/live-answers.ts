/** Applies frames to the answers of one conversation and keeps them until the query cache has the finished answers. */
import { hashKey, notifyManager, type QueryClient } from '@tanstack/react-query'
import type { AnswerFrame, AnswerPosition } from 'ai-chat-client'
import {
  type Answer,
  answerOf,
  applyFrame,
  discardPartialReset,
  isActive,
  isAtLeast,
  NEW_ANSWER,
  positionOf,
  reopenAnswer,
  withLiveAnswer,
} from 'ai-chat-client/internal'
import { threadQuery } from '@/api/conversations'
import { changeThread, readThread, refetchThread } from '@/core/conversation-cache'
import { FrameQueue } from '@/core/conversation/frame-queue'
import { assertNever } from '@/lib/assert-never'
import { replaceMessage } from '@/lib/thread/thread'
import { useLive } from '@/stores/live'
import type { Message } from '@/types/api'

export class LiveAnswers {
  readonly #queries: QueryClient
  readonly #id: string
  readonly #onGap: (position: AnswerPosition) => void
  readonly #onEnd: (messageId: string) => void
  readonly #frames = new FrameQueue<AnswerFrame>((frames) => this.#apply(frames))

  constructor(
    queries: QueryClient,
    conversationId: string,
    events: { onGap: (position: AnswerPosition) => void; onEnd: (messageId: string) => void },
  ) {
    this.#queries = queries
    this.#id = conversationId
    this.#onGap = events.onGap
    this.#onEnd = events.onEnd
  }

  /** Drops answers once the cached thread has their end, then calls `onChange`. Returns a function that stops this. */
  watchCache(onChange: () => void): () => void {
    const thread = hashKey(threadQuery(this.#id).queryKey)
    return this.#queries.getQueryCache().subscribe(({ type, query }) => {
      if (type !== 'updated' || query.queryHash !== thread) return
      // Scheduled after the observers of the query: React must not render one change without the other.
      notifyManager.schedule(() => {
        this.#dropCached()
        onChange()
      })
    })
  }

  /** Applies the frame with the next paint. */
  receive(frame: AnswerFrame): void {
    this.#frames.push(frame)
  }

  /** Applies all frames that have arrived, without waiting for a paint. */
  flush(): void {
    this.#frames.flush()
  }

  /** Starts an answer, or the next run of one. `isCached`: the cached thread has it. */
  start(reply: Message, run: number, { isCached }: { isCached: boolean }): void {
    const { answers, setAnswer } = useLive.getState()
    const live = answers[reply.id]
    const { prompt_tokens, completion_tokens } = reply
    // This page may have missed the end of the previous run.
    if (live && live.run < run)
      setAnswer(reply.id, { ...reopenAnswer(live), prompt_tokens, completion_tokens })
    else if (!live && !isCached) setAnswer(reply.id, answerOf(reply))
  }

  /** The position from which to resume the newest answer; null if it has ended. Flush first. */
  resumePosition(): AnswerPosition | null {
    const last = this.#newest()
    return last && this.isWriting() ? positionOf(last.id, last) : null
  }

  /** Discards incomplete resets: the new connection sends them again. */
  onReconnect(): void {
    const { answers, setAnswer } = useLive.getState()
    for (const [id, answer] of Object.entries(answers)) {
      const kept = discardPartialReset(answer)
      if (kept !== answer) setAnswer(id, kept)
    }
  }

  /** Whether the newest message is an answer that has not ended. */
  isWriting(): boolean {
    const last = this.#newest()
    return last?.role === 'assistant' && isActive(last.status)
  }

  #apply(frames: AnswerFrame[]): void {
    const changed = new Map<string, Answer>()
    for (const frame of frames) {
      const id = frame.message_id
      const answer = changed.get(id) ?? this.#currentAnswer(id)
      const result = applyFrame(answer, frame)
      switch (result.kind) {
        case 'applied':
          changed.set(id, result.answer)
          if (frame.type === 'chat.error') useLive.getState().setRetry(id, frame.retry_after)
          break
        case 'repeat':
          break
        case 'gap':
          this.#onGap(positionOf(id, answer))
          break
        default:
          assertNever(result)
      }
    }
    for (const [id, answer] of changed) {
      useLive.getState().setAnswer(id, answer)
      if (!isActive(answer.status)) this.#handOver(id, answer)
    }
  }

  /** Hands an answer that has ended over to the query cache. */
  #handOver(messageId: string, answer: Answer): void {
    const message = this.#message(messageId)
    if (message) {
      changeThread(this.#queries, this.#id, (thread) => replaceMessage(thread, { ...message, ...answer }))
    } else {
      refetchThread(this.#queries, this.#id)
    }
    this.#onEnd(messageId)
  }

  #dropCached(): void {
    const { answers, dropAnswer } = useLive.getState()
    for (const [id, answer] of Object.entries(answers)) {
      const stored = this.#message(id)
      if (stored && !isActive(stored.status) && isAtLeast(stored, answer)) dropAnswer(id)
    }
  }

  #currentAnswer(messageId: string): Answer {
    const live = useLive.getState().answers[messageId]
    const message = this.#message(messageId)
    return message ? answerOf(withLiveAnswer(message, live)) : (live ?? NEW_ANSWER)
  }

  #message(messageId: string): Message | undefined {
    return this.#messages().find(({ id }) => id === messageId)
  }

  #newest(): Message | undefined {
    const last = this.#messages().at(-1)
    return last && withLiveAnswer(last, useLive.getState().answers[last.id])
  }

  #messages(): Message[] {
    return readThread(this.#queries, this.#id)?.messages ?? []
  }
}
