import { useCallback } from 'react'
import { keepDraft, useDraftText } from '@/stores/drafts'

/** The text being written, kept for the conversation. */
export function useDraft(key: string): [string, (text: string) => void] {
  const text = useDraftText(key)
  const change = useCallback((next: string) => keepDraft(key, next), [key])
  return [text, change]
}
