/** The question that is being edited, whichever control started the edit. */
import { create } from 'zustand'
import { onUserChange } from '@/lib/user-storage'

interface Editing {
  messageId: string | null
  edit: (messageId: string | null) => void
}

export const useEditing = create<Editing>()((set) => ({
  messageId: null,
  edit: (messageId) => set({ messageId }),
}))

onUserChange(() => useEditing.setState({ messageId: null }))
