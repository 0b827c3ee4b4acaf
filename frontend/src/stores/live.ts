/** State of the open conversation's session: its connection, and the answers being written. */
import { create } from 'zustand'
import type { ConnectionState } from 'ai-chat-client'
import type { Answer } from 'ai-chat-client/internal'

/** The latest `chat.waiting` of an answer without a first token. */
interface Wait {
  messageId: string
  seconds: number
  /** When it said so, on the clock of `performance.now()`. */
  receivedAt: number
}

/** When an answer that has failed may be tried again, as the model service said. */
interface Retry {
  messageId: string
  /** Milliseconds since 1970. */
  at: number
}

interface Live {
  connection: ConnectionState
  /** Answers that are newer here than in the query cache, by message id. */
  answers: Record<string, Answer>
  /** The answer that was asked to stop and has not ended yet. */
  stopping: string | null
  wait: Wait | null
  retry: Retry | null
  /** An answer is being written, or a message waits in the outbox: no other turn may start. */
  isBusy: boolean
  setAnswer: (messageId: string, answer: Answer) => void
  dropAnswer: (messageId: string) => void
  setWait: (messageId: string, seconds: number) => void
  /** `seconds` is undefined if the service did not say when. */
  setRetry: (messageId: string, seconds: number | undefined) => void
  clear: () => void
}

const NOTHING = {
  connection: { kind: 'connecting' },
  answers: {},
  stopping: null,
  wait: null,
  retry: null,
  isBusy: false,
} satisfies Partial<Live>

export const useLive = create<Live>()((set) => ({
  ...NOTHING,
  setAnswer: (messageId, answer) => set(({ answers }) => ({ answers: { ...answers, [messageId]: answer } })),
  dropAnswer: (messageId) =>
    set(({ answers: { [messageId]: dropped, ...others } }) => (dropped ? { answers: others } : {})),
  setWait: (messageId, seconds) => set({ wait: { messageId, seconds, receivedAt: performance.now() } }),
  setRetry: (messageId, seconds) =>
    set({ retry: seconds === undefined ? null : { messageId, at: Date.now() + seconds * 1000 } }),
  clear: () => set(NOTHING),
}))

/** A store instead of a context: when a context changes, React searches every message for components that read it. */
export function useIsBusy(): boolean {
  return useLive((state) => state.isBusy)
}
