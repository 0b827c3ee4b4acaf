/** The conversations in which an answer is being written, and those with a new answer that the user has not seen. */
import { create } from 'zustand'
import { persist } from 'zustand/middleware'
import { z } from '@/lib/schema'
import { checkedUserStorage, followTabs, followUser } from '@/stores/checked-storage'

interface Activity {
  /** The ids of the answers being written, by conversation. */
  writing: Record<string, string>
  /** Conversations with an answer that the user has not seen; shared by all tabs of this browser. */
  unread: Record<string, true>
  begin: (conversationId: string, messageId: string) => void
  end: (conversationId: string, messageId: string) => void
  addUnread: (conversationId: string) => void
  removeUnread: (conversationId: string) => void
}

const DEFAULTS = { writing: {}, unread: {} }

const storedSchema = z.object({ unread: z.record(z.string(), z.literal(true)) })

export const useActivity = create<Activity>()(
  persist(
    (set) => ({
      ...DEFAULTS,
      begin: (id, messageId) => set(({ writing }) => ({ writing: { ...writing, [id]: messageId } })),
      end: (id, messageId) =>
        set(({ writing: { [id]: current, ...others } }) =>
          current === messageId ? { writing: others } : {},
        ),
      addUnread: (id) => set(({ unread }) => ({ unread: { ...unread, [id]: true } })),
      removeUnread: (id) =>
        set((state) => {
          const { [id]: was, ...others } = state.unread
          return was ? { unread: others } : state
        }),
    }),
    { name: 'activity', storage: checkedUserStorage(storedSchema), partialize: ({ unread }) => ({ unread }) },
  ),
)

followUser(useActivity, DEFAULTS)
followTabs(useActivity)
