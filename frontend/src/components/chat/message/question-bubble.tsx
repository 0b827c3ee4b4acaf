import { clsx } from 'clsx'
import { hasLongWord } from '@/markdown/budget'

interface QuestionBubbleProps {
  text: string
  isPending?: boolean
}

/** The text of a question; nothing if it has only attachments. */
export function QuestionBubble({ text, isPending = false }: QuestionBubbleProps) {
  if (text.trim() === '') return null
  return (
    <div
      dir="auto"
      className={clsx(
        'question-bubble lines-by-direction max-w-[80%] rounded-xl bg-sunken px-4 py-2 whitespace-pre-wrap transition-opacity forced-colors:border',
        isPending && 'opacity-75',
        hasLongWord(text) && 'without-kerning',
      )}
    >
      {text}
    </div>
  )
}
