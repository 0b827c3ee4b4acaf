/** `localStorage` that never throws: it may be full, or off by the browser's settings. */
export function readStored(key: string): string | null {
  try {
    return localStorage.getItem(key)
  } catch {
    return null
  }
}

/** Null removes the entry. False when it could not be kept: it then lives as long as the page. */
export function writeStored(key: string, value: string | null): boolean {
  try {
    if (value === null) localStorage.removeItem(key)
    else localStorage.setItem(key, value)
    return true
  } catch {
    return false
  }
}

/** Every key that begins so. */
export function storedKeys(prefix: string): string[] {
  try {
    return Object.keys(localStorage).filter((key) => key.startsWith(prefix))
  } catch {
    return []
  }
}

/** Removes every entry whose key begins so. */
export function removeStored(prefix: string): void {
  for (const key of storedKeys(prefix)) writeStored(key, null)
}
