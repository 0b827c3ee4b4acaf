/** Drafts by conversation; they survive a reload and a closed tab. */
import { create } from 'zustand'
import { onUserChange, readUserStored, userStoredNames, writeUserStored } from '@/lib/storage/user-storage'

const PREFIX = 'draft:'

/** The draft of the page that begins a new conversation; with the id of a tab behind it, that tab's. */
export const NEW_CHAT = 'new'

/** Drafts written on this page; a draft of another tab shows when the page is loaded again. */
const useWritten = create<Record<string, string | null>>()(() => ({}))

onUserChange(() => useWritten.setState({}, true))

export function useDraftText(key: string): string {
  const written = useWritten((texts) => texts[key])
  return written ?? draftText(key)
}

export function saveDraft(key: string, text: string): void {
  keepChangedText(key, text === '' ? null : text)
}

/** Keeps a changed text, which may be empty; null forgets it. */
export function keepChangedText(key: string, text: string | null): void {
  writeUserStored(PREFIX + key, text)
  useWritten.setState({ [key]: text })
}

/** Appends the text below the draft. */
export function addToDraft(key: string, text: string): void {
  saveDraft(key, [draftText(key), text].filter((part) => part !== '').join('\n\n'))
}

/** The keys of the stored drafts, also of other tabs. */
export function draftKeys(): string[] {
  return userStoredNames(PREFIX).map((name) => name.slice(PREFIX.length))
}

export function draftText(key: string): string {
  return changedText(key) ?? ''
}

/** Null if the text has not changed. */
export function changedText(key: string): string | null {
  const written = useWritten.getState()[key]
  return written === undefined ? readUserStored(PREFIX + key) : written
}
