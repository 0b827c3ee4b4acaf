import { type RefObject, useEffect, useState } from 'react'

/** Whether the element is in sight or near to it, so that what takes a while can be ready when it is looked at. */
export function useNear(target: RefObject<Element | null>): boolean {
  const [isNear, setIsNear] = useState(false)

  useEffect(() => {
    const element = target.current
    if (!element) return
    const observer = new IntersectionObserver(
      (entries) => setIsNear(entries.at(-1)?.isIntersecting === true),
      // Of the page, and of the part of it that scrolls.
      { root: element.closest('[role="log"]'), rootMargin: '1200px 0px' },
    )
    observer.observe(element)
    return () => observer.disconnect()
  }, [target])

  return isNear
}
