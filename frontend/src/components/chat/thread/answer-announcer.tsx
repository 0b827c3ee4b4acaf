import { useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { plainText, takeSentences } from '@/lib/sentences'
import { useLive } from '@/stores/live'

interface AnswerAnnouncerProps {
  /** The answer being written, if any. */
  messageId: string | null
}

/** Announces the answer being written to screen readers, sentence by sentence. */
export function AnswerAnnouncer({ messageId }: AnswerAnnouncerProps) {
  const { t } = useTranslation()
  const [said, setSaid] = useState('')
  const progress = useRef<{ id: string; length: number } | null>(null)

  useEffect(() => {
    const say = () => {
      const id = progress.current?.id
      if (!progress.current || id === undefined) return
      const text = useLive.getState().answers[id]?.content ?? ''
      const { sentences, length } = takeSentences(text.slice(progress.current.length))
      progress.current.length += length
      if (sentences !== '') setSaid(sentences)
    }
    if (messageId === null) {
      const ended = progress.current
      progress.current = null
      if (!ended) return
      const rest = (useLive.getState().answers[ended.id]?.content ?? '').slice(ended.length)
      setSaid(`${plainText(rest)} ${t('chat.answerDone')}`.trim())
      return
    }
    if (progress.current?.id !== messageId) {
      const length = useLive.getState().answers[messageId]?.content.length ?? 0
      progress.current = { id: messageId, length }
    }
    return useLive.subscribe(say)
  }, [messageId, t])

  return (
    <div role="status" aria-live="polite" className="sr-only">
      {said}
    </div>
  )
}
