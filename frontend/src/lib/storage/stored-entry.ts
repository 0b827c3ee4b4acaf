/** The format of a stored entry: JSON with a version, checked when it is read. */
import { z } from '@/lib/schema'
import { parseStored } from '@/lib/storage/storage'

/** `newer`: a later release, perhaps in another tab, has stored it and reads it. `broken`: nothing can read it. */
type StoredEntry<Entry> = { kind: 'entry'; entry: Entry } | { kind: 'newer' } | { kind: 'broken' }

export interface EntryFormat<Entry> {
  format: (entry: Entry) => string
  /** Reads an entry stored under `id`. */
  parse: (id: string, stored: string) => StoredEntry<Entry>
}

/** The format of entries that fit `schema`. A stored entry without a version counts as one of `version`. */
export function entryFormat<Entry extends { id: string }>(
  schema: z.ZodMiniType<Entry>,
  version: number,
): EntryFormat<Entry> {
  const versionSchema = z.object({ version: z._default(z.number(), version) })
  return {
    format: (entry) => JSON.stringify({ version, ...entry }),
    parse: (id, stored) => {
      const value = parseStored(stored)
      const read = versionSchema.safeParse(value)
      if (read.success && read.data.version > version) return { kind: 'newer' }
      const entry = schema.safeParse(value)
      // An entry under a key other than its own could never be removed.
      if (!read.success || !entry.success || entry.data.id !== id) return { kind: 'broken' }
      return { kind: 'entry', entry: entry.data }
    },
  }
}
