/** Storage for zustand's `persist` that checks what it reads. */
import type { PersistStorage } from 'zustand/middleware'
import { z } from '@/lib/schema'
import { parseStored, readStored, setAside, type StorageArea, writeStored } from '@/lib/storage'

/** An entry that does not fit `schema` is set aside, and the store keeps its defaults. */
export function checkedStorage<State>(
  schema: z.ZodMiniType<State>,
  area: StorageArea = 'localStorage',
): PersistStorage<State> {
  // Like zustand, counts an entry without a version as one of this version.
  const entrySchema = z.object({ state: schema, version: z._default(z.literal(0), 0) })
  return {
    getItem: (name) => {
      const stored = readStored(name, area)
      if (stored === null) return null
      const entry = entrySchema.safeParse(parseStored(stored))
      if (entry.success) return entry.data
      setAside(name, area)
      return null
    },
    setItem: (name, value) => void writeStored(name, JSON.stringify(value), area),
    removeItem: (name) => void writeStored(name, null, area),
  }
}
