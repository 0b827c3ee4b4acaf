/** The attachments of drafts, as ids of uploads; they survive a reload and a closed tab. */
import { create } from 'zustand'
import { z } from '@/lib/schema'
import { parseStored } from '@/lib/storage/storage'
import { onUserChange, readUserStored, userStoredNames, writeUserStored } from '@/lib/storage/user-storage'

const PREFIX = 'draft-attachments:'
const NONE: string[] = []
const idsSchema = z.array(z.string())

/** Attachments that were changed on this page; a draft of another tab shows when the page is loaded again. */
const useChanged = create<Record<string, string[] | null>>()(() => ({}))
/** Attachments that were read on this page: the same array each time. */
let read: Record<string, string[] | null> = {}

onUserChange(() => {
  read = {}
  useChanged.setState({}, true)
})

export function useDraftAttachments(key: string): string[] {
  const changed = useChanged((all) => all[key])
  return changed ?? draftAttachments(key)
}

export function saveDraftAttachments(key: string, ids: string[]): void {
  keepChangedAttachments(key, ids.length === 0 ? null : ids)
}

/** Keeps changed attachments, of which none may be left; null forgets them. */
export function keepChangedAttachments(key: string, ids: string[] | null): void {
  writeUserStored(PREFIX + key, ids && JSON.stringify(ids))
  useChanged.setState({ [key]: ids })
}

export function addToDraftAttachments(key: string, ids: readonly string[]): void {
  saveDraftAttachments(key, [...new Set([...draftAttachments(key), ...ids])])
}

export function draftAttachments(key: string): string[] {
  return changedAttachments(key) ?? NONE
}

/** Null if the attachments have not changed. */
export function changedAttachments(key: string): string[] | null {
  const changed = useChanged.getState()[key]
  return changed === undefined ? readIds(key) : changed
}

/** The keys of the stored drafts with attachments, also of other tabs. */
export function attachmentDraftKeys(): string[] {
  return userStoredNames(PREFIX).map((name) => name.slice(PREFIX.length))
}

/** The attachments of all drafts of the user, in every tab. */
export function allDraftAttachments(): string[] {
  const all = [
    ...userStoredNames(PREFIX).map((name) => parseIds(readUserStored(name))),
    ...Object.values(useChanged.getState()),
  ]
  return all.flatMap((ids) => ids ?? [])
}

function readIds(key: string): string[] | null {
  return (read[key] ??= parseIds(readUserStored(PREFIX + key)))
}

function parseIds(stored: string | null): string[] | null {
  const ids = stored === null ? null : idsSchema.safeParse(parseStored(stored))
  return ids?.success ? ids.data : null
}
