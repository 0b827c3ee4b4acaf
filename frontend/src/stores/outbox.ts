/**
 * The outbox on the screen and in the storage of the browser. Each item is its own entry, so that tabs which write at
 * the same time do not overwrite each other. An item that cannot be stored lives until the page is closed.
 */
import { create } from 'zustand'
import type { OutboxItem } from '@/lib/outbox'
import { formatItem, parseItem } from '@/lib/stored-outbox'
import {
  onUserChange,
  readUserStored,
  setUserStoredAside,
  userKey,
  userStoredNames,
  writeUserStored,
} from '@/lib/user-storage'

interface Outbox {
  /** Oldest first. */
  items: OutboxItem[]
}

const PREFIX = 'outbox:'
/** Items that the browser could not store. */
const unstored = new Map<string, OutboxItem>()
/** The stored items by their text: an item that has not changed stays the same object. */
let known = new Map<string, OutboxItem>()

export const useOutbox = create<Outbox>()(() => ({ items: readItems() }))

window.addEventListener('storage', ({ key }) => {
  const prefix = userKey(PREFIX)
  if (key === null || (prefix !== null && key.startsWith(prefix))) show()
})

onUserChange(() => {
  unstored.clear()
  show()
})

export function putItem(item: OutboxItem): void {
  if (writeUserStored(PREFIX + item.id, formatItem(item))) unstored.delete(item.id)
  else unstored.set(item.id, item)
  show()
}

/** Changes the stored item, with any changes by other tabs; false if it no longer exists. */
export function changeItem(id: string, change: (item: OutboxItem) => OutboxItem): boolean {
  const item = findItem(id)
  if (item) putItem(change(item))
  return item !== null
}

export function removeItem(id: string): void {
  unstored.delete(id)
  writeUserStored(PREFIX + id, null)
  show()
}

/** The stored item; null if it no longer exists. */
export function findItem(id: string): OutboxItem | null {
  return unstored.get(id) ?? readItem(PREFIX + id)
}

function show(): void {
  useOutbox.setState({ items: readItems() })
}

function readItems(): OutboxItem[] {
  const before = known
  known = new Map()
  for (const name of userStoredNames(PREFIX)) {
    const stored = readUserStored(name)
    if (stored === null) continue
    const item = before.get(stored) ?? readItem(name)
    if (item) known.set(stored, item)
  }
  return [...known.values(), ...unstored.values()].sort((a, b) => (a.id < b.id ? -1 : 1))
}

/** Null for an entry that holds no item of this release; a broken one is set aside. */
function readItem(name: string): OutboxItem | null {
  const stored = readUserStored(name)
  if (stored === null) return null
  const read = parseItem(name.slice(PREFIX.length), stored)
  if (read.kind === 'broken') setUserStoredAside(name)
  return read.kind === 'item' ? read.item : null
}
