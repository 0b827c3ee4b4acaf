/** Storage for zustand's `persist` that checks what it reads. */
import type { StoreApi } from 'zustand'
import type { PersistStorage, StorageValue } from 'zustand/middleware'
import { z } from '@/lib/schema'
import {
  followStored,
  parseStored,
  readStored,
  setAside,
  type StorageArea,
  writeStored,
} from '@/lib/storage/storage'
import {
  onUserChange,
  readUserStored,
  setUserStoredAside,
  userKey,
  writeUserStored,
} from '@/lib/storage/user-storage'

interface CheckedStorage<State> extends PersistStorage<State> {
  getItem: (name: string) => StorageValue<State> | null
}

const DEVICE = { read: readStored, write: writeStored, setAside }
const USER = { read: readUserStored, write: writeUserStored, setAside: setUserStoredAside }

/** Storage of the device. An entry that does not fit `schema` is set aside, and the store keeps its defaults. */
export function checkedStorage<State>(schema: z.ZodMiniType<State>): CheckedStorage<State> {
  return makeStorage(schema, DEVICE, 'localStorage')
}

/** The same for entries of the user who is signed in. */
export function checkedUserStorage<State>(
  schema: z.ZodMiniType<State>,
  area: StorageArea = 'localStorage',
): CheckedStorage<State> {
  return makeStorage(schema, USER, area)
}

interface PersistedStore<State> extends Pick<StoreApi<State>, 'setState'> {
  persist: { getOptions: () => { name?: string; storage?: unknown }; rehydrate: () => Promise<void> }
}

/** Gives the store, after each change of the user, what is stored of the new one, or else `defaults`. */
export function followUser<State>(store: PersistedStore<State>, defaults: Partial<State>): void {
  const { name = '', storage } = store.persist.getOptions()
  const { getItem } = storage as CheckedStorage<Partial<State>>
  onUserChange(() => store.setState({ ...defaults, ...getItem(name)?.state }))
}

/** Takes over what other tabs of this browser store. */
export function followTabs<State>({ persist }: PersistedStore<State>): void {
  const { name = '' } = persist.getOptions()
  followStored((key) => {
    if (key !== null && key === userKey(name)) void persist.rehydrate()
  })
}

function makeStorage<State>(
  schema: z.ZodMiniType<State>,
  { read, write, setAside }: typeof DEVICE,
  area: StorageArea,
): CheckedStorage<State> {
  // Like zustand, counts an entry without a version as one of this version.
  const entrySchema = z.object({ state: schema, version: z._default(z.literal(0), 0) })
  return {
    getItem: (name) => {
      const stored = read(name, area)
      if (stored === null) return null
      const entry = entrySchema.safeParse(parseStored(stored))
      if (entry.success) return entry.data
      setAside(name, area)
      return null
    },
    setItem: (name, value) => void write(name, JSON.stringify(value), area),
    removeItem: (name) => void write(name, null, area),
  }
}
