/** The format of a stored entry: JSON with a version, checked when it is read. */
import { z } from '@/lib/schema'
import { parseStored } from '@/lib/storage'

/** `newer`: a later release, perhaps in another tab, has stored it and reads it. `broken`: nothing can read it. */
export type StoredEntry<Entry> = { kind: 'entry'; entry: Entry } | { kind: 'newer' } | { kind: 'broken' }

export function formatEntry(entry: object, version: number): string {
  return JSON.stringify({ version, ...entry })
}

/** Reads an entry stored under `id`. Without a version, it counts as one of `version`. */
export function parseEntry<Entry extends { id: string }>(
  id: string,
  stored: string,
  schema: z.ZodMiniType<Entry>,
  version: number,
): StoredEntry<Entry> {
  const value = parseStored(stored)
  const read = z.object({ version: z._default(z.number(), version) }).safeParse(value)
  if (read.success && read.data.version > version) return { kind: 'newer' }
  const entry = schema.safeParse(value)
  // An entry under a key other than its own could never be removed.
  if (!read.success || !entry.success || entry.data.id !== id) return { kind: 'broken' }
  return { kind: 'entry', entry: entry.data }
}
