import { type RefObject, useLayoutEffect, useRef } from 'react'

/**
 * Keeps what the reader sees where it is when something above it becomes higher or lower. Call what it returns just
 * before that happens.
 */
export function useKeptPlaceBelow(target: RefObject<HTMLElement | null>): () => void {
  const before = useRef<number | null>(null)

  useLayoutEffect(() => {
    const element = target.current
    const log = element?.closest('[role="log"]')
    const was = before.current
    before.current = null
    if (!element || !log || was === null) return
    const { top, height } = element.getBoundingClientRect()
    const isAbove = top + was <= log.getBoundingClientRect().top
    if (isAbove) log.scrollBy({ top: height - was, behavior: 'instant' })
  })

  return () => {
    before.current = target.current?.getBoundingClientRect().height ?? null
  }
}
