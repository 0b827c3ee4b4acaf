import { createContext, type RefCallback, type RefObject, use, useCallback } from 'react'

interface RenderedMessage {
  element: HTMLElement
  /** False for a message far from the view, which is rendered as plain text. */
  isWhole: boolean
}

export interface Log {
  /** The element that scrolls. */
  viewport: RefObject<HTMLElement | null>
  /** The element of each message, by its id. */
  rendered: Map<string, RenderedMessage>
}

/** The log around a message; the default is for messages outside of any log. */
export const LogContext = createContext<Log>({ viewport: { current: null }, rendered: new Map() })

export const useLog = (): Log => use(LogContext)

/** Returns the ref for a message's element, so that the log can scroll to it. */
export function useMessageRef(id: string, isWhole: boolean): RefCallback<HTMLElement> {
  const { rendered } = useLog()
  return useCallback(
    (element: HTMLElement) => {
      rendered.set(id, { element, isWhole })
      return () => {
        // The message may already be drawn elsewhere.
        if (rendered.get(id)?.element === element) rendered.delete(id)
      }
    },
    [rendered, id, isWhole],
  )
}
