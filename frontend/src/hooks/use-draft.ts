import { useCallback, useState } from 'react'
import { keepDraft, readDraft } from '@/stores/drafts'

/** The text being written, kept for the conversation. Give the component a key, so that each has its own. */
export function useDraft(key: string): [string, (text: string) => void] {
  const [text, setText] = useState(() => readDraft(key))
  const change = useCallback(
    (next: string) => {
      setText(next)
      keepDraft(key, next)
    },
    [key],
  )
  return [text, change]
}
