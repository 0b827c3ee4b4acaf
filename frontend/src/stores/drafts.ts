/** Drafts by conversation; they survive a reload and a closed tab. */
import { create } from 'zustand'
import { readStored, removeStored, writeStored } from '@/lib/storage'
import { useWaitingEdit } from '@/stores/waiting-edit'

const PREFIX = 'draft:'

/** The draft of the page that begins a new conversation. */
export const NEW_CHAT = 'new'

/** Drafts written on this page; a draft of another tab shows when the page is loaded again. */
const useWritten = create<Record<string, string>>()(() => ({}))

export function useDraftText(key: string): string {
  const written = useWritten((texts) => texts[key])
  return written ?? readDraft(key)
}

export function keepDraft(key: string, text: string): void {
  writeStored(PREFIX + key, text === '' ? null : text)
  useWritten.setState({ [key]: text })
}

/** Appends the text below the draft. */
export function addToDraft(key: string, text: string): void {
  keepDraft(key, [readDraft(key), text].filter((part) => part !== '').join('\n\n'))
}

/** Removes all drafts: the next user of this browser must not see them. */
export function clearDrafts(): void {
  removeStored(PREFIX)
  useWritten.setState({}, true)
  useWaitingEdit.getState().edit(null)
}

function readDraft(key: string): string {
  return useWritten.getState()[key] ?? readStored(PREFIX + key) ?? ''
}
