import { type RefObject, useLayoutEffect, useState } from 'react'
import { type Span, spanAround } from '@/lib/lists/list-window'

/** The part of a scrolling element worth rendering, in rem from its start. */
export function useListWindow(viewport: RefObject<HTMLElement | null>): Span {
  const [span, setSpan] = useState(() => spanAround(0, 0))

  useLayoutEffect(() => {
    const element = viewport.current
    if (!element) return
    const measure = () => {
      const rem = parseFloat(getComputedStyle(document.documentElement).fontSize) || 16
      const next = spanAround(element.scrollTop / rem, element.clientHeight / rem)
      setSpan((old) => (old.from === next.from && old.to === next.to ? old : next))
    }
    measure()
    const observer = new ResizeObserver(measure)
    observer.observe(element)
    element.addEventListener('scroll', measure, { passive: true })
    return () => {
      observer.disconnect()
      element.removeEventListener('scroll', measure)
    }
  }, [viewport])

  return span
}
