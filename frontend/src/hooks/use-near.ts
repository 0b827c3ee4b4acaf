import { type RefObject, useEffect, useState } from 'react'
import { usePrinting } from '@/stores/printing'

/** Near enough to load the next page of a list. */
const LOADING_MARGIN = '400px 0px'

/** Near enough to draw slow content before it comes into view. */
const DRAWING_MARGIN = '1200px 0px'

/** Calls `onNear` when the element comes near the view. */
export function useOnNear(
  target: RefObject<HTMLElement | null>,
  isWanted: boolean,
  onNear: () => void,
  root?: RefObject<HTMLElement | null>,
): void {
  useEffect(() => {
    const element = target.current
    if (!element || !isWanted) return
    const observer = new IntersectionObserver(
      (entries) => {
        if (entries.some((entry) => entry.isIntersecting)) onNear()
      },
      { root: root?.current ?? null, rootMargin: LOADING_MARGIN },
    )
    observer.observe(element)
    return () => observer.disconnect()
  }, [target, isWanted, onNear, root])
}

/**
 * Whether the element is in view or near it, so that slow content can be ready in time; always true while printing.
 * `root` is the element around it that scrolls.
 */
export function useIsNear(
  target: RefObject<Element | null>,
  root: RefObject<HTMLElement | null>,
  isNearInitially = false,
): boolean {
  const [isNear, setIsNear] = useState(isNearInitially)
  const isPrinting = usePrinting((state) => state.isPrinting)

  useEffect(() => {
    const element = target.current
    if (!element) return
    const observer = new IntersectionObserver(
      (entries) => setIsNear(entries.at(-1)?.isIntersecting === true),
      { root: root.current, rootMargin: DRAWING_MARGIN },
    )
    observer.observe(element)
    return () => observer.disconnect()
  }, [target, root])

  return isNear || isPrinting
}
