/** The question that is being edited, whichever control started the edit. */
import { create } from 'zustand'
import { onUserChange } from '@/lib/user-storage'

export const useEditing = create<{ messageId: string | null }>()(() => ({ messageId: null }))

onUserChange(() => useEditing.setState({ messageId: null }))
