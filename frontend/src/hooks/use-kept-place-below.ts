import { type RefObject, useLayoutEffect, useRef } from 'react'
import { useLog } from '@/hooks/use-log'

/** The places in the view at which to look for the text being read, as fractions of its height. */
const LOOKED_AT = [0.5, 0.25, 0.75]

/**
 * Keeps the text the user reads in place when an element above it changes its height. Call the returned function just
 * before that happens.
 */
export function useKeptPlaceBelow(target: RefObject<HTMLElement | null>): () => void {
  const { viewport } = useLog()
  const before = useRef<{ read: Element; top: number } | null>(null)

  useLayoutEffect(() => {
    if (!before.current) return
    const { read, top } = before.current
    before.current = null
    const moved = read.getBoundingClientRect().top - top
    viewport.current?.scrollBy({ top: moved, behavior: 'instant' })
  })

  return () => {
    const read = target.current && viewport.current && elementInView(viewport.current, target.current)
    before.current = read ? { read, top: read.getBoundingClientRect().top } : null
  }
}

/** Returns an element in the view that is neither inside `other` nor around it. */
function elementInView(log: HTMLElement, other: HTMLElement): Element | undefined {
  const { left, top, width, height } = log.getBoundingClientRect()
  return LOOKED_AT.map((part) => document.elementFromPoint(left + width / 2, top + height * part)).find(
    (found): found is Element => log.contains(found) && !found?.contains(other) && !other.contains(found),
  )
}
