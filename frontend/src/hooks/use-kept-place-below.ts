import { type RefObject, useLayoutEffect, useRef } from 'react'

/** Where in the view to look for what is being read, in parts of its height. */
const LOOKED_AT = [0.5, 0.25, 0.75]

/**
 * Keeps what is being read where it is when something above it becomes higher or lower. Call what it returns just
 * before that happens.
 */
export function useKeptPlaceBelow(target: RefObject<HTMLElement | null>): () => void {
  const before = useRef<{ read: Element; top: number } | null>(null)

  useLayoutEffect(() => {
    if (!before.current) return
    const { read, top } = before.current
    before.current = null
    const moved = read.getBoundingClientRect().top - top
    read.closest('[role="log"]')?.scrollBy({ top: moved, behavior: 'instant' })
  })

  return () => {
    const read = target.current && elementInView(target.current)
    before.current = read ? { read, top: read.getBoundingClientRect().top } : null
  }
}

/** Something in the view that is not of this element, nor around it. */
function elementInView(other: HTMLElement): Element | undefined {
  const log = other.closest('[role="log"]')
  if (!log) return undefined
  const { left, top, width, height } = log.getBoundingClientRect()
  return LOOKED_AT.map((part) => document.elementFromPoint(left + width / 2, top + height * part)).find(
    (found): found is Element => log.contains(found) && !found?.contains(other) && !other.contains(found),
  )
}
