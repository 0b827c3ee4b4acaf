/**
 * The outbox on the screen and in the browser's storage, one entry an item, so that tabs which write at the same time
 * do not undo each other. What cannot be stored lives as long as the page.
 */
import { create } from 'zustand'
import type { OutboxItem } from '@/lib/outbox'
import { readStored, removeStored, storedKeys, writeStored } from '@/lib/storage'

interface Outbox {
  /** Oldest first. */
  items: OutboxItem[]
}

const PREFIX = 'outbox:'
/** What the browser would not keep. */
const unkept = new Map<string, OutboxItem>()
/** The items as they were read, by their text: what has not changed stays the same object. */
let read = new Map<string, OutboxItem>()

export const useOutbox = create<Outbox>()(() => ({ items: readItems() }))

window.addEventListener('storage', ({ key }) => {
  if (key === null || key.startsWith(PREFIX)) show()
})

export function putItem(item: OutboxItem): void {
  if (writeStored(PREFIX + item.id, JSON.stringify(item))) unkept.delete(item.id)
  else unkept.set(item.id, item)
  show()
}

/** Changes the item as it is now, whatever another tab has done to it; false when it is gone. */
export function changeItem(id: string, change: (item: OutboxItem) => OutboxItem): boolean {
  const item = findItem(id)
  if (item) putItem(change(item))
  return item !== null
}

export function removeItem(id: string): void {
  unkept.delete(id)
  writeStored(PREFIX + id, null)
  show()
}

/** Drops everything: the next person at this browser must not see it. */
export function clearOutbox(): void {
  unkept.clear()
  removeStored(PREFIX)
  show()
}

/** The item as it is now in storage; null when it is gone. */
export function findItem(id: string): OutboxItem | null {
  const text = readStored(PREFIX + id)
  return unkept.get(id) ?? (text === null ? null : (JSON.parse(text) as OutboxItem))
}

function show(): void {
  useOutbox.setState({ items: readItems() })
}

function readItems(): OutboxItem[] {
  const texts = storedKeys(PREFIX).flatMap((key) => readStored(key) ?? [])
  read = new Map(texts.map((text) => [text, read.get(text) ?? (JSON.parse(text) as OutboxItem)]))
  return [...read.values(), ...unkept.values()].sort((a, b) => (a.id < b.id ? -1 : 1))
}
