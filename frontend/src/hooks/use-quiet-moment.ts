import { useEffect, useState } from 'react'

const QUIET_MS = 1_200

/** Becomes true once no key was pressed for a while, so that a dialog does not catch the user's typing. */
export function useQuietMoment(isWanted: boolean): boolean {
  const [isQuiet, setIsQuiet] = useState(false)

  useEffect(() => {
    if (!isWanted) return
    let timer = 0
    const wait = () => {
      window.clearTimeout(timer)
      timer = window.setTimeout(() => setIsQuiet(true), QUIET_MS)
    }
    wait()
    window.addEventListener('keydown', wait, true)
    window.addEventListener('compositionupdate', wait, true)
    return () => {
      window.clearTimeout(timer)
      window.removeEventListener('keydown', wait, true)
      window.removeEventListener('compositionupdate', wait, true)
      setIsQuiet(false)
    }
  }, [isWanted])

  return isWanted && isQuiet
}
