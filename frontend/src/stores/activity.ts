/** The conversations in which an answer is being written, and those with a new answer that the user has not seen. */
import { create } from 'zustand'
import { persist } from 'zustand/middleware'
import { z } from '@/lib/schema'
import { followStored } from '@/lib/storage'
import { userKey } from '@/lib/user-storage'
import { checkedUserStorage, followUser } from '@/stores/checked-storage'

interface Activity {
  /** The ids of the answers being written, by conversation. */
  writing: Record<string, string>
  /** Conversations with an answer that the user has not seen; shared by all tabs of this browser. */
  unread: Record<string, true>
  begin: (conversationId: string, messageId: string) => void
  end: (conversationId: string, messageId: string) => void
  setWriting: (writing: Record<string, string>) => void
  addUnread: (conversationId: string) => void
  removeUnread: (conversationId: string) => void
}

const NAME = 'activity'

const DEFAULTS = { writing: {}, unread: {} }

const storedSchema = z.object({ unread: z.record(z.string(), z.literal(true)) })
const storage = checkedUserStorage(storedSchema)

export const useActivity = create<Activity>()(
  persist(
    (set) => ({
      ...DEFAULTS,
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
    { name: NAME, storage, partialize: ({ unread }) => ({ unread }) },
  ),
)

followUser(useActivity, DEFAULTS, NAME, storage)

followStored((key) => {
  if (key !== null && key === userKey(NAME)) void useActivity.persist.rehydrate()
})
