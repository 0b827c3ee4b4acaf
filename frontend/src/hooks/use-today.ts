import { useSyncExternalStore } from 'react'

/** Timers stand still while the machine sleeps, so a day may also begin between two checks. */
const MAX_WAIT_MS = 3_600_000

/** The user's calendar day, as text that changes when the next day begins, even in a page that stays open. */
export function useToday(): string {
  return useSyncExternalStore(subscribe, () => new Date().toDateString())
}

function subscribe(onChange: () => void): () => void {
  let timer: number | undefined
  const check = () => {
    window.clearTimeout(timer)
    const now = new Date()
    const midnight = new Date(now.getFullYear(), now.getMonth(), now.getDate() + 1).getTime()
    timer = window.setTimeout(check, Math.min(midnight - now.getTime(), MAX_WAIT_MS))
    onChange()
  }
  check()
  document.addEventListener('visibilitychange', check)
  window.addEventListener('focus', check)
  return () => {
    window.clearTimeout(timer)
    document.removeEventListener('visibilitychange', check)
    window.removeEventListener('focus', check)
  }
}
