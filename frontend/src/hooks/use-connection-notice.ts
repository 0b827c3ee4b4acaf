import { useEffect, useState } from 'react'
import { useLive } from '@/stores/live'

/** Shorter drops are not shown, in milliseconds. */
const SILENT_MS = 2_000
/** The same after sleep, when the connection is always lost and returns by itself. */
const SILENT_AFTER_WAKING_MS = 8_000
const BACK_MS = 2_500

/** Notice about the open conversation's connection. "Back" is shown only if "lost" was. */
export function useConnectionNotice(): 'lost' | 'back' | null {
  const isDown = useLive(
    ({ connection }) => connection.kind === 'waiting' || connection.kind === 'connecting',
  )
  const [notice, setNotice] = useState<'lost' | 'back' | null>(null)
  const [wokeAt, setWokeAt] = useState(-Infinity)

  useEffect(() => {
    const onVisible = () => {
      if (document.visibilityState === 'hidden') return
      // A notice from while the page was hidden is outdated.
      setNotice(null)
      setWokeAt(performance.now())
    }
    document.addEventListener('visibilitychange', onVisible)
    return () => document.removeEventListener('visibilitychange', onVisible)
  }, [])

  useEffect(() => {
    if (!isDown) return
    const sinceWaking = performance.now() - wokeAt
    const silence = Math.max(SILENT_MS, SILENT_AFTER_WAKING_MS - sinceWaking)
    const timer = setTimeout(() => setNotice('lost'), silence)
    return () => {
      clearTimeout(timer)
      setNotice((shown) => (shown === 'lost' ? 'back' : shown))
    }
  }, [isDown, wokeAt])

  useEffect(() => {
    if (notice !== 'back') return
    const timer = setTimeout(() => setNotice(null), BACK_MS)
    return () => clearTimeout(timer)
  }, [notice])

  return notice
}
