/** The models that the user chose last on this device. */
import { create } from 'zustand'
import { persist } from 'zustand/middleware'
import { z } from '@/lib/schema'
import { checkedUserStorage, followTabs, followUser } from '@/stores/checked-storage'

const MAX_RECENT = 5
/** Newest first. */
const storedSchema = z.object({ ids: z.array(z.string()) })
const NONE: z.infer<typeof storedSchema> = { ids: [] }

export const useRecentModels = create<typeof NONE>()(
  persist(() => NONE, { name: 'recent-models', storage: checkedUserStorage(storedSchema) }),
)

followUser(useRecentModels, NONE)
followTabs(useRecentModels)

export function addRecentModel(id: string): void {
  useRecentModels.setState(({ ids }) => ({ ids: [...new Set([id, ...ids])].slice(0, MAX_RECENT) }))
}
