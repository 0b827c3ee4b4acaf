/** The attachments of drafts, as ids of uploads; they survive a reload and a closed tab. */
import { create } from 'zustand'
import { z } from '@/lib/schema'
import { parseStored } from '@/lib/storage'
import { onUserChange, readUserStored, userStoredNames, writeUserStored } from '@/lib/user-storage'

const PREFIX = 'draft-attachments:'
const NONE: string[] = []
const idsSchema = z.array(z.string())

/** Attachments that were changed on this page; a draft of another tab shows when the page is loaded again. */
const useChanged = create<Record<string, string[]>>()(() => ({}))
/** Attachments that were read on this page: the same array each time. */
let read: Record<string, string[]> = {}

onUserChange(() => {
  read = {}
  useChanged.setState({}, true)
})

export function useDraftAttachments(key: string): string[] {
  const changed = useChanged((all) => all[key])
  return changed ?? readIds(key)
}

export function keepDraftAttachments(key: string, ids: string[]): void {
  writeUserStored(PREFIX + key, ids.length === 0 ? null : JSON.stringify(ids))
  useChanged.setState({ [key]: ids })
}

export function addToDraftAttachments(key: string, ids: readonly string[]): void {
  keepDraftAttachments(key, [...new Set([...draftAttachments(key), ...ids])])
}

export function draftAttachments(key: string): string[] {
  return useChanged.getState()[key] ?? readIds(key)
}

/** The keys of the stored drafts with attachments, including those of other tabs. */
export function attachmentDraftKeys(): string[] {
  return userStoredNames(PREFIX).map((name) => name.slice(PREFIX.length))
}

/** The attachments of all drafts of the user, in every tab. */
export function allDraftAttachments(): string[] {
  return [
    ...userStoredNames(PREFIX).flatMap((name) => parseIds(readUserStored(name))),
    ...Object.values(useChanged.getState()).flat(),
  ]
}

function readIds(key: string): string[] {
  return (read[key] ??= parseIds(readUserStored(PREFIX + key)))
}

function parseIds(stored: string | null): string[] {
  if (stored === null) return NONE
  const ids = idsSchema.safeParse(parseStored(stored))
  return ids.success ? ids.data : NONE
}
