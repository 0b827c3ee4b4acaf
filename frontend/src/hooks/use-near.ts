import { type RefObject, useEffect, useState } from 'react'
import { usePrinting } from '@/stores/printing'

/** Calls `onNear` when the element comes near the view. */
export function useWhenNear(
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
      { root: root?.current ?? null, rootMargin: '400px 0px' },
    )
    observer.observe(element)
    return () => observer.disconnect()
  }, [target, isWanted, onNear, root])
}

/**
 * Whether the element is in view or near it, so that slow content can be ready in time; on paper, all of it is. `root`
 * is the element around it that scrolls.
 */
export function useNear(
  target: RefObject<Element | null>,
  root: RefObject<HTMLElement | null>,
  isAtFirst = false,
): boolean {
  const [isNear, setIsNear] = useState(isAtFirst)
  const isPrinting = usePrinting((state) => state.isPrinting)

  useEffect(() => {
    const element = target.current
    if (!element) return
    const observer = new IntersectionObserver(
      (entries) => setIsNear(entries.at(-1)?.isIntersecting === true),
      { root: root.current, rootMargin: '1200px 0px' },
    )
    observer.observe(element)
    return () => observer.disconnect()
  }, [target, root])

  return isNear || isPrinting
}
