/** What the open conversation's socket says: its connection, and the answers it has written to since. */
import { create } from 'zustand'
import type { Answer } from '@/lib/answer'
import type { Connection } from '@/lib/connection'

interface Live {
  connection: Connection
  /** By message id. */
  answers: Record<string, Answer>
  /** The answer that was asked to stop and has not ended yet. */
  stopping: string | null
  /** An answer is being written or a turn is on its way: nothing else may start. */
  isBusy: boolean
  setConnection: (connection: Connection) => void
  setAnswer: (messageId: string, answer: Answer) => void
  setStopping: (messageId: string | null) => void
  setBusy: (isBusy: boolean) => void
  clear: () => void
}

export const useLive = create<Live>()((set) => ({
  connection: { kind: 'connecting' },
  answers: {},
  stopping: null,
  isBusy: false,
  setConnection: (connection) => set({ connection }),
  setAnswer: (messageId, answer) => set(({ answers }) => ({ answers: { ...answers, [messageId]: answer } })),
  setStopping: (stopping) => set({ stopping }),
  setBusy: (isBusy) => set({ isBusy }),
  clear: () => set({ connection: { kind: 'connecting' }, answers: {}, stopping: null }),
}))

/** Not by a context: to look for who reads one, React goes through every message. */
export function useIsBusy(): boolean {
  return useLive((state) => state.isBusy)
}
