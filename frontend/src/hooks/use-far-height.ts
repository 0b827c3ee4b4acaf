import { type RefObject, startTransition, useEffect, useLayoutEffect, useRef, useState } from 'react'
import { PacedChanges } from '@/lib/lists/paced-changes'
import { usePrinting } from '@/stores/printing'

/** Margin beyond which content counts as far: it is rendered again before the user can scroll to it. */
const FAR_MARGIN = '600% 0px'

/** Far content returns one change per frame, the nearest first; React may still render a few together. */
const changes = new PacedChanges<Element>()

interface FarHeight {
  /** In pixels; null while the element is not far. */
  height: number | null
  /** Handlers for the element: content the user has clicked or typed in is never removed, so it keeps its state. */
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
  const isPrinting = usePrinting((state) => state.isPrinting)
  const height = isWanted && !isPrinting ? farHeight : null
  const isUsed = useRef(false)
  const held = useRef<number | null>(null)

  // Not a layout effect: the viewport's ref is not set yet at that time.
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
      { root: viewport.current, rootMargin: FAR_MARGIN },
    )
    observer.observe(element)
    return () => {
      observer.disconnect()
      changes.remove(element)
    }
  }, [target, viewport, isWanted])

  // The content may have a different height by now, at a different width. The content below it must not move. After
  // printing it has the held height again.
  useLayoutEffect(() => {
    if (isPrinting) return
    const before = held.current
    held.current = height
    const element = target.current
    const view = viewport.current
    if (before === null || height !== null || !element || !view) return
    const { top, height: after } = element.getBoundingClientRect()
    const isAbove = top + before <= view.getBoundingClientRect().top
    if (isAbove && after !== before) view.scrollBy({ top: after - before, behavior: 'instant' })
  }, [target, viewport, height, isPrinting])

  const markUsed = () => {
    isUsed.current = true
  }
  return { height, onClickCapture: markUsed, onKeyDownCapture: markUsed }
}

/** Whether the element contains the focus or a part of the selection. */
function isInUse(element: HTMLElement): boolean {
  const selection = getSelection()
  const isSelected = selection?.isCollapsed === false && selection.containsNode(element, true)
  return isSelected || element.contains(document.activeElement)
}
