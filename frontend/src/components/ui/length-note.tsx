import { clsx } from 'clsx'
import { useTranslation } from 'react-i18next'
import { checkLength } from '@/lib/text/text-length'

interface LengthNoteProps {
  id: string
  text: string
  /** In characters. */
  limit: number | undefined
  className?: string
}

/** The number of characters left, near the limit; over the limit, why the text is not accepted. */
export function LengthNote({ id, text, limit, className }: LengthNoteProps) {
  const { t } = useTranslation()
  const { left, over } = checkLength(text, limit)
  return (
    <p
      id={id}
      className={clsx('px-1 text-xs tabular-nums', over > 0 ? 'text-danger' : 'text-ink-3', className)}
    >
      {over > 0 && t('app.tooLong', { count: over })}
      {over === 0 && left !== null && t('app.remaining', { count: left })}
    </p>
  )
}
