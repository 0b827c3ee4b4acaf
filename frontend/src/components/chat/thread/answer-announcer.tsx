import { useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { plainText, takeSentences } from '@/lib/text/sentences'
import { useLive } from '@/stores/live'

interface AnswerAnnouncerProps {
  /** The answer being written, if any. */
  messageId: string | null
}

interface Progress {
  id: string
  text: string
  /** How many characters of the text have been announced. */
  announced: number
}

/** Announces the answer being written to screen readers, sentence by sentence. */
export function AnswerAnnouncer({ messageId }: AnswerAnnouncerProps) {
  const { t } = useTranslation()
  const [announcement, setAnnouncement] = useState('')
  const progress = useRef<Progress | null>(null)

  useEffect(() => {
    if (messageId === null) {
      const ended = progress.current
      progress.current = null
      if (!ended) return
      const rest = ended.text.slice(ended.announced)
      setAnnouncement(`${plainText(rest)} ${t('chat.answerDone')}`.trim())
      return
    }
    if (progress.current?.id !== messageId) {
      const text = useLive.getState().answers[messageId]?.content ?? ''
      progress.current = { id: messageId, text, announced: text.length }
    }
    return useLive.subscribe(({ answers }) => {
      const text = answers[messageId]?.content
      if (!progress.current || text === undefined) return
      const { sentences, length } = takeSentences(text.slice(progress.current.announced))
      progress.current.text = text
      progress.current.announced += length
      if (sentences !== '') setAnnouncement(sentences)
    })
  }, [messageId, t])

  return (
    <div role="status" aria-live="polite" className="sr-only">
      {announcement}
    </div>
  )
}
