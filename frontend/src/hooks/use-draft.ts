import { useCallback } from 'react'
import { keepDraft, useDraftText } from '@/stores/drafts'

/** The conversation's draft. */
export function useDraft(key: string): [string, (text: string) => void] {
  const text = useDraftText(key)
  const change = useCallback((next: string) => keepDraft(key, next), [key])
  return [text, change]
}
