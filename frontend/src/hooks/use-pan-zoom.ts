import { type PointerEvent, useEffect, useEffectEvent, useRef, useState } from 'react'

export const MAX_ZOOM = 8
const STEP = 1.5
/** A drag to a side of more pixels shows the next image. */
const SWIPE_PX = 60

interface View {
  zoom: number
  x: number
  y: number
}

const WHOLE: View = { zoom: 1, x: 0, y: 0 }

/**
 * Zooms one image in the viewport by buttons, wheel, double click and pinch, and moves it by dragging or `pan`, but not
 * out of the viewport. At its whole size, a drag to a side calls `onSwipe`. Another `id` begins with the whole image.
 */
export function usePanZoom(
  viewport: HTMLElement | null,
  id: string | undefined,
  onSwipe: (by: number) => void,
) {
  const [state, setState] = useState({ id, view: WHOLE })
  const view = state.id === id ? state.view : WHOLE
  const pointers = useRef(new Map<number, { x: number; y: number }>())
  const drag = useRef({ x: 0, y: 0, isPinch: false })

  /** Changes the view from the latest one: two fingers move before the page is drawn again. */
  const change = (next: (from: View) => View) =>
    setState((before) => ({ id, view: next(before.id === id ? before.view : WHOLE) }))
  /** Zooms so that the point, measured from the middle of the viewport, stays where it is. */
  const zoomBy = (factor: number, x = 0, y = 0) =>
    change((from) => {
      const zoom = Math.min(MAX_ZOOM, Math.max(1, from.zoom * factor))
      if (zoom === 1) return WHOLE
      const ratio = zoom / from.zoom
      return clamped({ zoom, x: x - (x - from.x) * ratio, y: y - (y - from.y) * ratio })
    })
  /** The view, moved back until it covers the viewport. */
  const clamped = ({ zoom, x, y }: View): View => {
    const { clientWidth = 0, clientHeight = 0 } = viewport ?? {}
    const [right, below] = [(clientWidth * (zoom - 1)) / 2, (clientHeight * (zoom - 1)) / 2]
    return { zoom, x: Math.min(right, Math.max(-right, x)), y: Math.min(below, Math.max(-below, y)) }
  }
  const pan = (x: number, y: number) => change((from) => clamped({ ...from, x: from.x + x, y: from.y + y }))
  const fromMiddle = (clientX: number, clientY: number) => {
    const box = viewport?.getBoundingClientRect()
    return box
      ? { x: clientX - box.left - box.width / 2, y: clientY - box.top - box.height / 2 }
      : { x: 0, y: 0 }
  }
  const onWheel = useEffectEvent((event: WheelEvent) => {
    event.preventDefault()
    const { x, y } = fromMiddle(event.clientX, event.clientY)
    zoomBy(Math.exp(-event.deltaY / 300), x, y)
  })
  useEffect(() => {
    // React listens passively, so that the page would scroll or zoom too.
    viewport?.addEventListener('wheel', onWheel, { passive: false })
    return () => viewport?.removeEventListener('wheel', onWheel)
  }, [viewport])

  const onPointerMove = ({ pointerId, clientX, clientY }: PointerEvent) => {
    const before = pointers.current.get(pointerId)
    if (!before) return
    const other = [...pointers.current].find(([key]) => key !== pointerId)?.[1]
    pointers.current.set(pointerId, { x: clientX, y: clientY })
    if (other) {
      drag.current.isPinch = true
      const ratio = distance(other, { x: clientX, y: clientY }) / Math.max(1, distance(other, before))
      const { x, y } = fromMiddle((clientX + other.x) / 2, (clientY + other.y) / 2)
      zoomBy(ratio, x, y)
      return
    }
    drag.current.x += clientX - before.x
    drag.current.y += clientY - before.y
    if (view.zoom === 1) return
    pan(clientX - before.x, clientY - before.y)
  }
  const onPointerUp = ({ pointerId }: PointerEvent) => {
    if (!pointers.current.delete(pointerId) || pointers.current.size > 0) return
    const { x, y, isPinch } = drag.current
    if (view.zoom === 1 && !isPinch && Math.abs(x) > SWIPE_PX && Math.abs(x) > 2 * Math.abs(y)) {
      onSwipe(x < 0 ? 1 : -1)
    }
  }
  return {
    zoom: view.zoom,
    transform: `translate(${view.x}px, ${view.y}px) scale(${view.zoom})`,
    zoomIn: () => zoomBy(STEP),
    zoomOut: () => zoomBy(1 / STEP),
    reset: () => change(() => WHOLE),
    pan,
    handlers: {
      onPointerDown: (event: PointerEvent) => {
        if (pointers.current.size === 0) drag.current = { x: 0, y: 0, isPinch: false }
        pointers.current.set(event.pointerId, { x: event.clientX, y: event.clientY })
        event.currentTarget.setPointerCapture(event.pointerId)
      },
      onPointerMove,
      onPointerUp,
      onPointerCancel: ({ pointerId }: PointerEvent) => void pointers.current.delete(pointerId),
      onDoubleClick: ({ clientX, clientY }: { clientX: number; clientY: number }) => {
        const { x, y } = fromMiddle(clientX, clientY)
        zoomBy(view.zoom > 1 ? 0 : 2.5, x, y)
      },
    },
  }
}

function distance(a: { x: number; y: number }, b: { x: number; y: number }): number {
  return Math.hypot(a.x - b.x, a.y - b.y)
}
