import { create } from 'zustand'
import { persist } from 'zustand/middleware'
import { z } from '@/lib/schema'
import { checkedUserStorage, followUser } from '@/stores/checked-storage'

/** An outbox item that is being edited, with its text and its attachments so far. */
const editSchema = z.object({
  id: z.string(),
  conversationId: z.string(),
  original: z.string(),
  text: z.string(),
  // Earlier releases stored none.
  originalAttachments: z._default(z.array(z.string()), []),
  attachments: z._default(z.array(z.string()), []),
})

export type WaitingEdit = z.infer<typeof editSchema>

const storedSchema = z.object({ editing: z.nullable(editSchema) })
const NOTHING: z.infer<typeof storedSchema> = { editing: null }

/** The item that is being edited in this tab; survives a reload. */
export const useWaitingEdit = create<typeof NOTHING>()(
  persist(() => NOTHING, {
    name: 'waiting-edit',
    storage: checkedUserStorage(storedSchema, 'sessionStorage'),
  }),
)

followUser(useWaitingEdit, NOTHING)
