/**
 * Data that this browser stores for its user: entries under the user's id, so that they are shown to no other user.
 *
 * When a session begins, all data of other users is removed, also from the memory of stores. Data that belongs to the
 * device, such as its theme, is in plain storage (`storage.ts`). Files are under the same keys.
 */
import { readFile, removeFiles, writeFile } from '@/lib/storage/file-store'
import {
  readStored,
  SET_ASIDE,
  setAside,
  type StorageArea,
  storedKeys,
  writeStored,
} from '@/lib/storage/storage'

const PREFIX = 'user:'
/** Entries that name conversations of the lab; `core/lab-cleanup.ts`. */
export const LAB_PREFIX = 'lab:'
/** The entry with the id of the user who was last signed in. */
const SESSION = 'session'
const AREAS: StorageArea[] = ['localStorage', 'sessionStorage']
/** Entries of earlier versions do not name their user. */
const WITHOUT_USER = /^(draft:|outbox:|activity$|waiting-edit$)/

/** Null: no user, so nothing is read or written. */
let current = rememberedUser()
const listeners: (() => void)[] = []

/** The id of the user whose session this browser had when the page was left; null when there was none. */
export function rememberedUser(): string | null {
  return readStored(SESSION)
}

/** Calls the listener, from now on, after the user has changed; for the memory of stores. */
export function onUserChange(listener: () => void): void {
  listeners.push(listener)
}

/** A session of this user begins: all data of other users is removed. */
export function enterUserStorage(userId: string): void {
  const own = `${PREFIX}${userId}:`
  removeEntries((key) => !key.startsWith(own))
  writeStored(SESSION, userId)
  change(userId)
}

/** The session has ended: what was kept waits for its user. */
export function leaveUserStorage(): void {
  writeStored(SESSION, null)
  change(null)
}

/** The user has signed out: all data is removed. */
export function clearUserStorage(): void {
  removeEntries(() => true)
  leaveUserStorage()
}

/** The key of the user's entry in the storage of the browser, for its events; null without a user. */
export function userKey(name: string): string | null {
  return current === null ? null : `${PREFIX}${current}:${name}`
}

export function readUserStored(name: string, area?: StorageArea): string | null {
  const key = userKey(name)
  return key === null ? null : readStored(key, area)
}

/** Null removes the entry. False when it could not be stored. */
export function writeUserStored(name: string, value: string | null, area?: StorageArea): boolean {
  const key = userKey(name)
  return key !== null && writeStored(key, value, area)
}

/** The names of the user's entries that begin with `prefix`. */
export function userStoredNames(prefix: string): string[] {
  const start = userKey('')
  return start === null ? [] : storedKeys(start + prefix).map((key) => key.slice(start.length))
}

/** Sets an entry of the user aside, as `setAside` does for other entries. */
export function setUserStoredAside(name: string, area?: StorageArea): void {
  const key = userKey(name)
  if (key !== null) setAside(key, area)
}

/** Keeps a file of the user. */
export async function writeUserFile(name: string, file: File): Promise<void> {
  const key = userKey(name)
  if (key !== null) await writeFile(key, file)
}

/** Null when there is none. */
export async function readUserFile(name: string): Promise<File | null> {
  const key = userKey(name)
  return key === null ? null : readFile(key)
}

export async function removeUserFile(name: string): Promise<void> {
  const key = userKey(name)
  if (key !== null) await removeFiles((other) => other === key)
}

function change(userId: string | null): void {
  if (userId === current) return
  current = userId
  for (const listener of listeners) listener()
}

function removeEntries(isForeign: (key: string) => boolean): void {
  void removeFiles(isForeign)
  for (const area of AREAS) {
    for (const stored of storedKeys('', area)) {
      const key = stored.startsWith(SET_ASIDE) ? stored.slice(SET_ASIDE.length) : stored
      const isOfUsers = key.startsWith(PREFIX) || WITHOUT_USER.test(key)
      if (isOfUsers && isForeign(key)) writeStored(stored, null, area)
    }
  }
}
