import { useQueryClient } from '@tanstack/react-query'
import { useEffect } from 'react'
import { showError } from '@/core/error-toast'
import { loadAround } from '@/core/conversation/load-thread-part'
import type { Log } from '@/hooks/use-log'
import { markMessage } from '@/stores/marked-message'

/** Scrolls to the message and marks it for a moment; null: stays where it is. */
export function useShownMessage(
  conversationId: string,
  messageId: string | null,
  rendered: Log['rendered'],
): void {
  const client = useQueryClient()

  useEffect(() => {
    if (messageId === null) return
    let isWanted = true
    let frame = 0
    const show = () => {
      const message = rendered.get(messageId)
      message?.element.scrollIntoView({ block: 'center', behavior: 'instant' })
      // A message that was just loaded, or was far outside the view, is drawn in one of the next frames.
      if (message?.isWhole) markMessage(messageId)
      else if (isWanted) frame = requestAnimationFrame(show)
    }
    loadAround(client, conversationId, messageId).then(show, (error: unknown) => {
      if (isWanted) showError(error)
    })
    return () => {
      isWanted = false
      cancelAnimationFrame(frame)
    }
  }, [client, conversationId, messageId, rendered])
}
