import { useEffect, useEffectEvent, useRef, useState } from 'react'
import { changedText, keepChangedText } from '@/stores/drafts'

/** A pause in typing this long saves the text, in milliseconds. */
const PAUSE_MS = 600

/**
 * Text that is saved automatically after a pause in typing and when its field unmounts. `draft` is the key under which
 * it is kept until the server has it.
 */
export function useAutosave(
  saved: string,
  draft: string,
  save: (text: string) => void,
): [string, (text: string) => void] {
  const [kept] = useState(() => changedText(draft))
  const unsaved = useRef(kept)
  const [text, setText] = useState(kept ?? saved)
  const timer = useRef<number>(undefined)

  const flush = useEffectEvent(() => {
    window.clearTimeout(timer.current)
    if (unsaved.current !== null) save(unsaved.current)
    unsaved.current = null
  })

  useEffect(() => () => flush(), [])

  useEffect(() => {
    if (unsaved.current === null) return
    timer.current = window.setTimeout(flush, PAUSE_MS)
    return () => window.clearTimeout(timer.current)
  }, [text])

  const change = (next: string) => {
    unsaved.current = next
    keepChangedText(draft, next)
    setText(next)
  }
  return [text, change]
}
