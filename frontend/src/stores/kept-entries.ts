/**
 * Entries of the user on the screen and in the storage of the browser. Each is stored separately, so that tabs which
 * write at the same time do not overwrite each other. An entry that cannot be stored lives until the page is closed.
 */
import { create, type StoreApi, type UseBoundStore } from 'zustand'
import { followStored } from '@/lib/storage/storage'
import type { EntryFormat } from '@/lib/storage/stored-entry'
import {
  onUserChange,
  readUserStored,
  setUserStoredAside,
  userKey,
  userStoredNames,
  writeUserStored,
} from '@/lib/storage/user-storage'

interface KeptEntries<Entry> {
  /** Oldest first. */
  useEntries: UseBoundStore<StoreApi<{ items: Entry[] }>>
  put: (entry: Entry) => void
  /** Changes the stored entry, with any changes by other tabs; false if it no longer exists. */
  change: (id: string, change: (entry: Entry) => Entry) => boolean
  remove: (id: string) => void
  /** The stored entry; null if it no longer exists. */
  find: (id: string) => Entry | null
}

/** The entries whose names begin with `prefix`; their ids sort by time. */
export function keepEntries<Entry extends { id: string }>(
  prefix: string,
  { format, parse }: EntryFormat<Entry>,
): KeptEntries<Entry> {
  /** Entries that the browser could not store. */
  const unstored = new Map<string, Entry>()
  /** The stored entries by their text: an unchanged entry stays the same object. */
  let known = new Map<string, Entry>()

  const useEntries = create<{ items: Entry[] }>()(() => ({ items: readAll() }))
  const show = () => useEntries.setState({ items: readAll() })

  followStored((key) => {
    const start = userKey(prefix)
    if (key === null || (start !== null && key.startsWith(start))) show()
  })

  onUserChange(() => {
    unstored.clear()
    show()
  })

  const put = (entry: Entry) => {
    if (writeUserStored(prefix + entry.id, format(entry))) unstored.delete(entry.id)
    else unstored.set(entry.id, entry)
    show()
  }
  const find = (id: string) => unstored.get(id) ?? readEntry(prefix + id)

  function readAll(): Entry[] {
    const before = known
    known = new Map()
    for (const name of userStoredNames(prefix)) {
      const stored = readUserStored(name)
      if (stored === null) continue
      const entry = before.get(stored) ?? readEntry(name)
      if (entry) known.set(stored, entry)
    }
    return [...known.values(), ...unstored.values()].sort((a, b) => (a.id < b.id ? -1 : 1))
  }

  /** The entry; null if this release cannot read it. A broken entry is set aside. */
  function readEntry(name: string): Entry | null {
    const stored = readUserStored(name)
    if (stored === null) return null
    const read = parse(name.slice(prefix.length), stored)
    if (read.kind === 'broken') setUserStoredAside(name)
    return read.kind === 'entry' ? read.entry : null
  }

  return {
    useEntries,
    put,
    find,
    change: (id, change) => {
      const entry = find(id)
      if (entry) put(change(entry))
      return entry !== null
    },
    remove: (id) => {
      unstored.delete(id)
      writeUserStored(prefix + id, null)
      show()
    },
  }
}
