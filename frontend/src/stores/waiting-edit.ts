import { create } from 'zustand'
import { createJSONStorage, persist } from 'zustand/middleware'

/** A message of the outbox that is being changed, and how far its author is. */
export interface WaitingEdit {
  id: string
  conversationId: string
  original: string
  text: string
}

interface State {
  editing: WaitingEdit | null
  edit: (editing: WaitingEdit | null) => void
}

/** The one that is being changed in this tab; a reload leaves it as it is. */
export const useWaitingEdit = create<State>()(
  persist(
    (set) => ({
      editing: null,
      edit: (editing) => set({ editing }),
    }),
    {
      name: 'waiting-edit',
      storage: createJSONStorage(() => sessionStorage),
      partialize: ({ editing }) => ({ editing }),
    },
  ),
)
