import { create } from 'zustand'
import { persist } from 'zustand/middleware'
import { z } from '@/lib/schema'
import { checkedUserStorage, followUser } from '@/stores/checked-storage'

/** An outbox item that is being edited, with its text and its attachments so far. */
interface WaitingEdit {
  id: string
  conversationId: string
  original: string
  text: string
  originalAttachments: string[]
  attachments: string[]
}

const storedSchema = z.object({
  editing: z.nullable(
    z.object({
      id: z.string(),
      conversationId: z.string(),
      original: z.string(),
      text: z.string(),
      // Earlier releases stored none.
      originalAttachments: z._default(z.array(z.string()), []),
      attachments: z._default(z.array(z.string()), []),
    }),
  ),
})

const NAME = 'waiting-edit'
const DEFAULTS = { editing: null }
const storage = checkedUserStorage(storedSchema, 'sessionStorage')

interface State {
  editing: WaitingEdit | null
  edit: (editing: WaitingEdit | null) => void
}

/** The item that is being edited in this tab; survives a reload. */
export const useWaitingEdit = create<State>()(
  persist(
    (set) => ({
      ...DEFAULTS,
      edit: (editing) => set({ editing }),
    }),
    {
      name: NAME,
      storage,
      partialize: ({ editing }) => ({ editing }),
    },
  ),
)

followUser(useWaitingEdit, DEFAULTS, NAME, storage)
