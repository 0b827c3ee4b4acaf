/** Texts begun and not sent, by conversation; they survive a reload and a closed tab. */
import { readStored, removeStored, writeStored } from '@/lib/storage'

const PREFIX = 'draft:'

/** The draft of the page that begins a new conversation. */
export const NEW_CHAT = 'new'

export function readDraft(key: string): string {
  return readStored(PREFIX + key) ?? ''
}

export function keepDraft(key: string, text: string): void {
  writeStored(PREFIX + key, text === '' ? null : text)
}

/** Drops all drafts: the next person at this browser must not see them. */
export function clearDrafts(): void {
  removeStored(PREFIX)
}
