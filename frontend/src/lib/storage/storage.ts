/** Web Storage that never throws: it may be full, or disabled by the settings of the browser. */
import { nameOnHost } from '@/lib/base-path'

export type StorageArea = 'localStorage' | 'sessionStorage'

/** The prefix of entries that could not be read; no part of the page reads them again. */
export const SET_ASIDE = 'set-aside:'

const reported = new Set<string>()

export function readStored(key: string, area: StorageArea = 'localStorage'): string | null {
  try {
    return globalThis[area].getItem(nameOnHost(key))
  } catch {
    return null
  }
}

/** Null removes the entry. False when it could not be stored. */
export function writeStored(key: string, value: string | null, area: StorageArea = 'localStorage'): boolean {
  try {
    if (value === null) globalThis[area].removeItem(nameOnHost(key))
    else globalThis[area].setItem(nameOnHost(key), value)
    return true
  } catch {
    return false
  }
}

/** All keys that begin with `prefix`. */
export function storedKeys(prefix: string, area: StorageArea = 'localStorage'): string[] {
  try {
    return Object.keys(globalThis[area])
      .flatMap((name) => keyOf(name) ?? [])
      .filter((key) => key.startsWith(prefix))
  } catch {
    return []
  }
}

/** Calls the listener after another tab has changed an entry, with its key, or has removed all (null). */
export function followStored(listener: (key: string | null) => void): void {
  window.addEventListener('storage', ({ key: name }) => {
    const key = name === null ? null : keyOf(name)
    if (name === null || key !== null) listener(key)
  })
}

/** The key of an entry by its name; null for an entry of another application of the host. */
function keyOf(name: string): string | null {
  const start = nameOnHost('')
  return name.startsWith(start) ? name.slice(start.length) : null
}

/** Moves an entry that does not fit its schema to a key under `SET_ASIDE`, where it is not lost; reports it once. */
export function setAside(key: string, area: StorageArea = 'localStorage'): void {
  const text = readStored(key, area)
  if (text !== null && writeStored(SET_ASIDE + key, text, area)) writeStored(key, null, area)
  if (reported.has(key)) return
  reported.add(key)
  // The entry may hold the text of a message, so only its key is logged.
  console.warn(`The stored entry "${key}" cannot be read. It is kept as "${SET_ASIDE}${key}".`)
}

/** The value of stored JSON; undefined, which no schema accepts, for any other text. */
export function parseStored(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
