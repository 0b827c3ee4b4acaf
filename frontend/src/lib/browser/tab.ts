/**
 * This tab among the open tabs. Its id survives a reload; a lock that is held under it shows that the tab is open, even
 * after a crash.
 */
import { createUuid, webLocks } from 'ai-chat-client/internal'
import { nameOnHost } from '@/lib/base-path'
import { readStored, writeStored } from '@/lib/storage/storage'

/** `asked`: a page waits for the lock of the tab; `held`: an open page holds it. */
type TabMessage = 'asked' | 'held'

const NAME = 'tab'
const ASK_AGAIN_MS = 250
/** A page is not kept blank for longer: a reloaded tab that waits in vain becomes a new one. */
const MAX_WAIT_MS = 5_000

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
  const newId = createUuid()
  if (!(await hold(locks, newId))) return
  id = newId
  writeStored(NAME, newId, 'sessionStorage')
}

/** Null where tabs cannot know of each other: without Web Locks, as on plain http. */
export function tabId(): string | null {
  return id
}

export async function openTabIds(): Promise<Set<string>> {
  const { held = [] } = (await webLocks()?.query()) ?? {}
  const start = nameOnHost(`${NAME}:`)
  return new Set(
    held.flatMap(({ name }) => (name?.startsWith(start) === true ? name.slice(start.length) : [])),
  )
}

/**
 * Holds the lock of the tab until the page is left; false when another tab holds it. A duplicated tab has the id of
 * the first tab, which answers that it holds the lock. A page that was reloaded does not answer, and its lock becomes
 * free. The question is repeated, because a page that is being loaded can miss a message.
 */
function hold(locks: LockManager, tab: string): Promise<boolean> {
  const name = nameOnHost(`${NAME}:${tab}`)
  const channel = new BroadcastChannel(name)
  const announce = (message: TabMessage) => channel.postMessage(message)
  const waiting = new AbortController()
  return new Promise((resolve) => {
    let isHeld = false
    let isOver = false
    const asking = setInterval(() => {
      announce('asked')
    }, ASK_AGAIN_MS)
    const stopAsking = () => {
      clearInterval(asking)
      clearTimeout(limit)
    }
    // Chromium can miss an abort that comes right after the request, and never settle that: nothing waits for it.
    const giveUp = () => {
      if (isHeld || isOver) return
      isOver = true
      stopAsking()
      waiting.abort()
      channel.close()
      resolve(false)
    }
    const limit = setTimeout(giveUp, MAX_WAIT_MS)
    channel.onmessage = ({ data }: MessageEvent<TabMessage>) => {
      if (data === 'held') giveUp()
      else if (isHeld) announce('held')
    }
    const held = locks.request(name, { signal: waiting.signal }, async () => {
      if (isOver) return
      isHeld = true
      stopAsking()
      // For a page that asked just before.
      announce('held')
      resolve(true)
      await untilLeft()
      channel.close()
    })
    announce('asked')
    held.catch(giveUp)
  })
}

/** Settles when the page is left. A browser may keep it for the way back, on which it needs its lock again. */
function untilLeft(): Promise<void> {
  return new Promise((resolve) => {
    const leave = () => {
      resolve()
      window.addEventListener('pageshow', () => void enterTab(), { once: true })
    }
    window.addEventListener('pagehide', leave, { once: true })
  })
}
