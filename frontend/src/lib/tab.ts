/**
 * This tab among the open tabs. Its id survives a reload; a lock that is held under it shows that the tab is open, also
 * after a crash.
 */
import { createUuid, webLocks } from 'ai-chat-client'
import { nameOnHost } from '@/lib/base-path'
import { readStored, writeStored } from '@/lib/storage'

const NAME = 'tab'
/** A page that is reloaded gives up its lock within this time; a tab that was duplicated never does. */
const RELOAD_MS = 500

let id: string | null = null

/** Settles when the id of this tab is known. */
export async function enterTab(): Promise<void> {
  const locks = webLocks()
  if (!locks) return
  const known = readStored(NAME, 'sessionStorage')
  if (known !== null && (await hold(locks, known))) {
    id = known
    return
  }
  const made = createUuid()
  if (!(await hold(locks, made))) return
  id = made
  writeStored(NAME, made, 'sessionStorage')
}

/** Null where tabs cannot know of each other: without Web Locks, as on plain http. */
export function tabId(): string | null {
  return id
}

/** The ids of all open tabs. */
export async function openTabIds(): Promise<Set<string>> {
  const { held = [] } = (await webLocks()?.query()) ?? {}
  const start = nameOnHost(`${NAME}:`)
  return new Set(
    held.flatMap(({ name }) => (name?.startsWith(start) === true ? name.slice(start.length) : [])),
  )
}

/** Holds the lock of the tab until the page is closed; false when another tab does not let go of it. */
function hold(locks: LockManager, tab: string): Promise<boolean> {
  return new Promise((resolve) => {
    const untilClosed = new Promise<never>(() => undefined)
    locks
      .request(nameOnHost(`${NAME}:${tab}`), { signal: AbortSignal.timeout(RELOAD_MS) }, () => {
        resolve(true)
        return untilClosed
      })
      .catch(() => resolve(false))
  })
}
