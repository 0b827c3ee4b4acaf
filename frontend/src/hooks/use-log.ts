import { createContext, type RefCallback, type RefObject, use, useCallback } from 'react'

interface MessagePlace {
  element: HTMLElement
  /** False where only the text is drawn, far from the view. */
  isWhole: boolean
}

export interface Log {
  /** The element that scrolls. */
  viewport: RefObject<HTMLElement | null>
  /** Where each message is drawn, by its id. */
  places: Map<string, MessagePlace>
}

/** The log around a message; the default is for what is drawn outside of any. */
export const LogContext = createContext<Log>({ viewport: { current: null }, places: new Map() })

export const useLog = (): Log => use(LogContext)

/** Returns the ref for a message's element, so that the log can scroll to it. */
export function useMessagePlace(id: string, isWhole: boolean): RefCallback<HTMLElement> {
  const { places } = useLog()
  return useCallback(
    (element: HTMLElement) => {
      places.set(id, { element, isWhole })
      return () => {
        // The message may already be drawn elsewhere.
        if (places.get(id)?.element === element) places.delete(id)
      }
    },
    [places, id, isWhole],
  )
}
