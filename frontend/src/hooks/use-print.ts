import { useQueryClient } from '@tanstack/react-query'
import { type RefObject, useEffect, useEffectEvent } from 'react'
import { useTranslation } from 'react-i18next'
import { useNavigate, useParams } from 'react-router'
import { loadWhole } from '@/core/conversation/load-more-messages'
import { whenStill } from '@/lib/browser/still'
import { usePrinting } from '@/stores/printing'
import { showErrorToast, showToast } from '@/stores/toasts'

/** Returns a function that opens the conversation, if it is not open, and prints all of it. */
export function useAskToPrint(id: string): () => void {
  const navigate = useNavigate()
  const { id: openId } = useParams()
  return () => {
    usePrinting.setState({ wantedId: id })
    if (id !== openId) void navigate(`/c/${id}`)
  }
}

/** Prints the conversation on request, after all of it is loaded and drawn in `content`. */
export function usePrint(id: string, content: RefObject<HTMLElement | null>): void {
  const { t } = useTranslation()
  const client = useQueryClient()
  const isWanted = usePrinting(({ wantedId }) => wantedId === id)

  const print = useEffectEvent(async (isCurrent: () => boolean) => {
    showToast(t('chat.printPreparing'))
    try {
      await loadWhole(client, id, isCurrent)
    } catch {
      if (!isCurrent()) return
      usePrinting.setState({ wantedId: null })
      showErrorToast(t('chat.printFailed'))
      return
    }
    if (!isCurrent() || !content.current) return
    usePrinting.setState({ isPrinting: true })
    await whenStill(content.current)
    if (!isCurrent()) return
    usePrinting.setState({ wantedId: null })
    window.print()
  })

  // Leaving a conversation cancels its print request.
  useEffect(() => {
    if (usePrinting.getState().wantedId !== id) usePrinting.setState({ wantedId: null })
    return () => usePrinting.setState({ isPrinting: false })
  }, [id])

  useEffect(() => {
    if (!isWanted) return
    let isCurrent = true
    void print(() => isCurrent)
    return () => {
      isCurrent = false
    }
  }, [isWanted])
}
