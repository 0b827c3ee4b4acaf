/**
 * Files in the IndexedDB of the browser, by key. Never throws: if the browser stores no files, a file lives until the
 * page is closed.
 */
import { nameOnHost } from '@/lib/base-path'

const DATABASE = 'files'
const STORE = 'files'

/** Files that the browser could not store, or has not stored yet. */
const unstored = new Map<string, File>()
let opening: Promise<IDBDatabase | null> | null = null

export async function writeFile(key: string, file: File): Promise<void> {
  unstored.set(key, file)
  if ((await run('readwrite', (files) => files.put(file, key))) !== null) unstored.delete(key)
}

/** The file; null if there is none. */
export async function readFile(key: string): Promise<File | null> {
  const stored: unknown = unstored.get(key) ?? (await run('readonly', (files) => files.get(key)))
  return stored instanceof File ? stored : null
}

/** Removes the files whose keys `isRemoved` accepts. */
export async function removeFiles(isRemoved: (key: string) => boolean): Promise<void> {
  for (const key of [...unstored.keys()].filter(isRemoved)) unstored.delete(key)
  await run('readwrite', (files) => {
    const keys = files.getAllKeys()
    keys.onsuccess = () => {
      for (const key of keys.result) if (typeof key === 'string' && isRemoved(key)) files.delete(key)
    }
    return keys
  })
}

/** The result of the request once it is stored; null when the browser refused. */
async function run<T>(
  mode: IDBTransactionMode,
  request: (files: IDBObjectStore) => IDBRequest<T>,
): Promise<T | null> {
  opening ??= open()
  const database = await opening
  if (!database) return null
  return new Promise((resolve) => {
    try {
      const transaction = database.transaction(STORE, mode)
      const pending = request(transaction.objectStore(STORE))
      transaction.oncomplete = () => resolve(pending.result)
      transaction.onabort = () => resolve(null)
    } catch {
      // The browser has closed the database.
      opening = null
      resolve(null)
    }
  })
}

function open(): Promise<IDBDatabase | null> {
  return new Promise((resolve) => {
    try {
      // Where storage is forbidden, reading the name may throw.
      if (typeof indexedDB === 'undefined') {
        resolve(null)
        return
      }
      const request = indexedDB.open(nameOnHost(DATABASE), 1)
      request.onupgradeneeded = () => request.result.createObjectStore(STORE)
      request.onsuccess = () => resolve(request.result)
      request.onerror = () => resolve(null)
    } catch {
      resolve(null)
    }
  })
}
