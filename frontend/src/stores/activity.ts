/** In which conversations an answer is being written, and in which one ended that nobody has looked at. */
import { create } from 'zustand'
import { persist } from 'zustand/middleware'

interface Activity {
  /** The answers being written, by conversation. */
  writing: Record<string, string>
  /** Conversations, until they are shown. The same in all tabs of this browser. */
  unread: Record<string, true>
  begin: (conversationId: string, messageId: string) => void
  end: (conversationId: string, messageId: string) => void
  setWriting: (writing: Record<string, string>) => void
  addUnread: (conversationId: string) => void
  removeUnread: (conversationId: string) => void
}

const NAME = 'activity'

export const useActivity = create<Activity>()(
  persist(
    (set) => ({
      writing: {},
      unread: {},
      begin: (id, messageId) => set(({ writing }) => ({ writing: { ...writing, [id]: messageId } })),
      end: (id, messageId) =>
        set(({ writing: { [id]: current, ...others } }) =>
          current === messageId ? { writing: others } : {},
        ),
      setWriting: (writing) => set({ writing }),
      addUnread: (id) => set(({ unread }) => ({ unread: { ...unread, [id]: true } })),
      removeUnread: (id) =>
        set((state) => {
          const { [id]: was, ...others } = state.unread
          return was ? { unread: others } : state
        }),
    }),
    { name: NAME, partialize: ({ unread }) => ({ unread }) },
  ),
)

window.addEventListener('storage', ({ key }) => {
  if (key === NAME) void useActivity.persist.rehydrate()
})

/** Forgets all of it: it is nothing for the next person at this browser. */
export function clearActivity(): void {
  useActivity.setState({ writing: {}, unread: {} })
}
