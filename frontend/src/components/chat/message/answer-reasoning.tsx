import { clsx } from 'clsx'
import { ChevronRight } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { hasLongWord } from '@/markdown/budget'

interface AnswerReasoningProps {
  text: string
  isReasoning: boolean
}

/** The model's reasoning before the answer; collapsed at first. */
export function AnswerReasoning({ text, isReasoning }: AnswerReasoningProps) {
  const { t } = useTranslation()
  return (
    <details className="group/reasoning mb-3 print:not-open:hidden">
      <summary className="inline-flex list-none items-center gap-1 rounded-md text-sm text-ink-2 hover:text-ink [&::-webkit-details-marker]:hidden">
        <ChevronRight aria-hidden className="size-4 transition-transform group-open/reasoning:rotate-90" />
        <span className={clsx(isReasoning && 'shimmer-text animate-shimmer')}>
          {isReasoning ? t('chat.reasoningNow') : t('chat.reasoning')}
        </span>
      </summary>
      <div
        dir="auto"
        className={clsx(
          'lines-by-direction mt-2 border-l-2 border-line-strong pl-4 text-sm whitespace-pre-wrap text-ink-2',
          hasLongWord(text) && 'without-kerning',
        )}
      >
        {text}
      </div>
    </details>
  )
}
