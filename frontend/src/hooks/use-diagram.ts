import { type RefObject, useEffect, useEffectEvent, useRef, useState } from 'react'
import { useIsDark } from '@/hooks/use-is-dark'
import { type DiagramEvent, type DiagramRequest, isDiagramEvent } from '@/lib/diagram-messages'
import { usePrinting } from '@/stores/printing'

/** A drawing that takes longer fails. */
const TIMEOUT_MS = 60_000

interface Diagram {
  /** The drawing's height in pixels; null until it is drawn. */
  height: number | null
  hasFailed: boolean
}

/** Heights of earlier drawings by their code, so that a drawing that returns does not move the page. */
const heights = new Map<string, number>()

/** Has the frame draw the diagram, again after a change of theme. Calls `onResize` just before the height changes. */
export function useDiagram(
  frame: RefObject<HTMLIFrameElement | null>,
  code: string,
  isWanted: boolean,
  onResize: () => void,
): Diagram {
  const isPrinting = usePrinting((state) => state.isPrinting)
  const isDark = useIsDark() && !isPrinting
  const isReady = useRef(false)
  const [height, setHeight] = useState(heights.get(code) ?? null)
  const [hasFailed, setHasFailed] = useState(false)

  const requestDrawing = useEffectEvent(() => {
    // The sandboxed frame has no origin to name.
    frame.current?.contentWindow?.postMessage({ code, isDark } satisfies DiagramRequest, '*')
  })

  const handle = useEffectEvent((event: DiagramEvent) => {
    if (event.kind === 'ready') {
      isReady.current = true
      requestDrawing()
    } else if (event.kind === 'failed') setHasFailed(true)
    else {
      heights.set(code, event.height)
      onResize()
      setHeight(event.height)
    }
  })

  useEffect(() => {
    if (isReady.current) requestDrawing()
  }, [code, isDark])

  useEffect(() => {
    if (!isWanted) return
    const timer = setTimeout(() => setHasFailed(true), TIMEOUT_MS)
    const onMessage = ({ source, data }: MessageEvent) => {
      if (source === null || source !== frame.current?.contentWindow || !isDiagramEvent(data)) return
      if (data.kind !== 'ready') clearTimeout(timer)
      handle(data)
    }
    window.addEventListener('message', onMessage)
    return () => {
      clearTimeout(timer)
      window.removeEventListener('message', onMessage)
      isReady.current = false
    }
  }, [frame, isWanted])

  return { height, hasFailed }
}
