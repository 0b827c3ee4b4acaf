/** The models that the user chose last on this device. */
import { create } from 'zustand'
import { persist } from 'zustand/middleware'
import { z } from '@/lib/schema'
import { followStored } from '@/lib/storage'
import { userKey } from '@/lib/user-storage'
import { checkedUserStorage, followUser } from '@/stores/checked-storage'

interface RecentModels {
  /** Newest first. */
  ids: string[]
  add: (id: string) => void
}

const NAME = 'recent-models'
const MAX_RECENT = 5

const storedSchema = z.object({ ids: z.array(z.string()) })
const storage = checkedUserStorage(storedSchema)

export const useRecentModels = create<RecentModels>()(
  persist(
    (set) => ({
      ids: [],
      add: (id) => set(({ ids }) => ({ ids: [...new Set([id, ...ids])].slice(0, MAX_RECENT) })),
    }),
    { name: NAME, storage, partialize: ({ ids }) => ({ ids }) },
  ),
)

followUser(useRecentModels, { ids: [] }, NAME, storage)

followStored((key) => {
  if (key !== null && key === userKey(NAME)) void useRecentModels.persist.rehydrate()
})
