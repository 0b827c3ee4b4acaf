/** Access to `localStorage` that never throws: it may be full or disabled in the browser's settings. */
export function readStored(key: string): string | null {
  try {
    return localStorage.getItem(key)
  } catch {
    return null
  }
}

/** Null removes the entry. Returns false if it could not be stored. */
export function writeStored(key: string, value: string | null): boolean {
  try {
    if (value === null) localStorage.removeItem(key)
    else localStorage.setItem(key, value)
    return true
  } catch {
    return false
  }
}

/** The keys with this prefix. */
export function storedKeys(prefix: string): string[] {
  try {
    return Object.keys(localStorage).filter((key) => key.startsWith(prefix))
  } catch {
    return []
  }
}

/** Removes the entries whose keys have this prefix. */
export function removeStored(prefix: string): void {
  for (const key of storedKeys(prefix)) writeStored(key, null)
}
