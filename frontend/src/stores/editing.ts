/** The question that is being edited, wherever on the page that was started. */
import { create } from 'zustand'

interface Editing {
  messageId: string | null
  edit: (messageId: string | null) => void
}

export const useEditing = create<Editing>()((set) => ({
  messageId: null,
  edit: (messageId) => set({ messageId }),
}))
