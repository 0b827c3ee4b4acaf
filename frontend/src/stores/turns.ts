/** What a person sent and the server has not accepted yet, by conversation. Survives a reload of the tab. */
import { create } from 'zustand'
import { createJSONStorage, persist } from 'zustand/middleware'
import type { TurnCommand } from '@/types/protocol'

interface TurnFailure {
  code: string
  retryAfter: number | null
}

export interface Turn {
  command: TurnCommand
  failure: TurnFailure | null
}

interface Turns {
  byConversation: Record<string, Turn[]>
  add: (conversationId: string, command: TurnCommand) => void
  fail: (conversationId: string, clientId: string, failure: TurnFailure) => void
  remove: (conversationId: string, clientId: string) => void
}

const NO_TURNS: Turn[] = []

export const useTurns = create<Turns>()(
  persist(
    (set) => {
      const change = (conversationId: string, to: (turns: Turn[]) => Turn[]) =>
        set(({ byConversation: { [conversationId]: turns = NO_TURNS, ...others } }) => {
          const changed = to(turns)
          return { byConversation: changed.length ? { ...others, [conversationId]: changed } : others }
        })
      return {
        byConversation: {},
        add: (id, command) => change(id, (turns) => [...turns, { command, failure: null }]),
        fail: (id, clientId, failure) =>
          change(id, (turns) =>
            turns.map((turn) => (turn.command.client_id === clientId ? { ...turn, failure } : turn)),
          ),
        remove: (id, clientId) =>
          change(id, (turns) => turns.filter((turn) => turn.command.client_id !== clientId)),
      }
    },
    {
      name: 'turns',
      storage: createJSONStorage(() => sessionStorage),
      partialize: ({ byConversation }) => ({ byConversation }),
    },
  ),
)

export function turnsOf(conversationId: string): (state: Turns) => Turn[] {
  return ({ byConversation }) => byConversation[conversationId] ?? NO_TURNS
}
