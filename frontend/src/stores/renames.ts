/** The chat names that are being edited, by field: a row that leaves the view and comes back still has its text. */
import { create } from 'zustand'
import { onUserChange } from '@/lib/storage/user-storage'

export const useRenames = create<Record<string, string | undefined>>()(() => ({}))

onUserChange(() => useRenames.setState({}, true))

export function saveRename(field: string, text: string): void {
  useRenames.setState({ [field]: text })
}

export function endRename(field: string): void {
  useRenames.setState({ [field]: undefined })
}
