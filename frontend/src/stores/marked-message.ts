/** The message that a search hit led to, marked for a moment. */
import { create } from 'zustand'

const MARKED_MS = 2_400

const useMarkedMessage = create<{ id: string | null }>()(() => ({ id: null }))

export const useIsMarked = (id: string): boolean => useMarkedMessage((marked) => marked.id === id)

export function markMessage(id: string): void {
  useMarkedMessage.setState({ id })
  setTimeout(() => {
    if (useMarkedMessage.getState().id === id) useMarkedMessage.setState({ id: null })
  }, MARKED_MS)
}
