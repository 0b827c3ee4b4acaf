import { useQueryClient } from '@tanstack/react-query'
import { type RefObject, useEffect } from 'react'
import { ApiError } from '@/api/api-error'
import { useErrorToast } from '@/hooks/use-error-toast'
import { loadAt } from '@/core/place-in-thread'

const MARKED_MS = 2_400

/** Goes to the message and marks it softly for a moment; null: stays where it is. */
export function useShownMessage(
  conversationId: string,
  messageId: string | null,
  viewport: RefObject<HTMLElement | null>,
): void {
  const client = useQueryClient()
  const showError = useErrorToast()

  useEffect(() => {
    if (messageId === null) return
    let isWanted = true
    let frame = 0
    const show = () => {
      const element = findMessage(viewport.current, messageId)
      element?.scrollIntoView({ block: 'center', behavior: 'instant' })
      // What was loaded, or was far away, is drawn in one of the next frames.
      if (!element || element.closest('[data-far]')) {
        if (isWanted) frame = requestAnimationFrame(show)
        return
      }
      element.dataset['marked'] = ''
      setTimeout(() => delete element.dataset['marked'], MARKED_MS)
    }
    loadAt(client, conversationId, messageId).then(show, (error: unknown) => {
      if (isWanted) showError(error instanceof ApiError ? error : { code: 'UNKNOWN' })
    })
    return () => {
      isWanted = false
      cancelAnimationFrame(frame)
    }
  }, [client, conversationId, messageId, viewport, showError])
}

function findMessage(viewport: HTMLElement | null, id: string): HTMLElement | undefined {
  const messages = viewport?.querySelectorAll<HTMLElement>('[data-message-id]') ?? []
  return Array.from(messages).find((message) => message.dataset['messageId'] === id)
}
