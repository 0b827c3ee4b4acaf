import { clsx } from 'clsx'
import { useTranslation } from 'react-i18next'
import { useLimits } from '@/hooks/use-limits'
import { checkLength } from '@/lib/message-length'

/** The number of characters left, near the limit; over the limit, why the text cannot be sent. */
export function LengthNote({ id, text }: { id: string; text: string }) {
  const { t } = useTranslation()
  const { left, over } = checkLength(text, useLimits()?.message_max)
  return (
    <p id={id} className={clsx('px-1 text-xs tabular-nums', over > 0 ? 'text-danger' : 'text-ink-3')}>
      {over > 0 && t('composer.tooLong', { count: over })}
      {over === 0 && left !== null && t('composer.remaining', { count: left })}
    </p>
  )
}
