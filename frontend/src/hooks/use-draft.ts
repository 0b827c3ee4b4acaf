import { useCallback } from 'react'
import { draftAttachments, keepDraftAttachments, useDraftAttachments } from '@/stores/draft-attachments'
import { keepDraft, useDraftText } from '@/stores/drafts'

/** The draft's text, and a function that changes it. */
export function useDraft(key: string): [string, (text: string) => void] {
  const text = useDraftText(key)
  const change = useCallback((next: string) => keepDraft(key, next), [key])
  return [text, change]
}

/** The ids of the draft's attachments, and a function that updates the current ones. */
export function useDraftIds(key: string): [string[], (update: (ids: readonly string[]) => string[]) => void] {
  const ids = useDraftAttachments(key)
  const change = useCallback(
    (update: (ids: readonly string[]) => string[]) =>
      keepDraftAttachments(key, update(draftAttachments(key))),
    [key],
  )
  return [ids, change]
}
