import { type RefObject, startTransition, useEffect, useLayoutEffect, useRef, useState } from 'react'
import { OneAFrame } from '@/lib/one-a-frame'

/** So far that whoever scrolls there finds it drawn again. */
const FAR = '600% 0px'

/** What comes back into the page is asked for one by one, the nearest first; React may still draw a few as one. */
const changes = new OneAFrame<Element>()

interface FarHeight {
  /** In pixels; null: not far. */
  height: number | null
  /** To be handlers of the element: what a reader has used is never taken for far, and stays as it was left. */
  onClickCapture: () => void
  onKeyDownCapture: () => void
}

/**
 * The height to hold for an element that is far from the view, so that its content can be taken out of the page without
 * a jump.
 */
export function useFarHeight(
  target: RefObject<HTMLElement | null>,
  viewport: RefObject<HTMLElement | null>,
  isWanted: boolean,
): FarHeight {
  const [farHeight, setHeight] = useState<number | null>(null)
  const height = isWanted ? farHeight : null
  const isUsed = useRef(false)
  const held = useRef<number | null>(null)

  // Not a layout effect: those come before the view around it is there.
  useEffect(() => {
    const element = target.current
    if (!element || !isWanted) return
    const observer = new IntersectionObserver(
      (entries) => {
        const entry = entries.at(-1)
        if (!entry) return
        const { isIntersecting, boundingClientRect } = entry
        if (!isIntersecting && (isUsed.current || isInUse(element))) return
        const { top, bottom } = boundingClientRect
        const distance = Math.max(top, -bottom)
        changes.put(element, isIntersecting ? distance : Number.MAX_VALUE, () => {
          const { height: now } = element.getBoundingClientRect()
          startTransition(() => setHeight((before) => (isIntersecting ? null : (before ?? now))))
        })
      },
      { root: viewport.current, rootMargin: FAR },
    )
    observer.observe(element)
    return () => {
      observer.disconnect()
      changes.remove(element)
    }
  }, [target, viewport, isWanted])

  // The view may have another width by now, and the content another height: what is below it stays where it is.
  useLayoutEffect(() => {
    const before = held.current
    held.current = height
    const element = target.current
    const view = viewport.current
    if (before === null || height !== null || !element || !view) return
    const { top, height: after } = element.getBoundingClientRect()
    const isAbove = top + before <= view.getBoundingClientRect().top
    if (isAbove && after !== before) view.scrollBy({ top: after - before, behavior: 'instant' })
  }, [target, viewport, height])

  const use = () => {
    isUsed.current = true
  }
  return { height, onClickCapture: use, onKeyDownCapture: use }
}

/** Whether the focus or a part of what is selected is in it. */
function isInUse(element: HTMLElement): boolean {
  const selection = getSelection()
  const isSelected = selection?.isCollapsed === false && selection.containsNode(element, true)
  return isSelected || element.contains(document.activeElement)
}
