import { clsx } from 'clsx'
import { Check, Dot } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { useLimits } from '@/hooks/use-limits'
import { checkPassword } from '@/lib/account/password-rules'

interface PasswordRulesProps {
  id: string
  password: string
  /** The user's other details, which a password must not resemble. */
  others: readonly string[]
}

/** The rules for a new password, checked off while the user types. */
export function PasswordRules({ id, password, others }: PasswordRulesProps) {
  const { t } = useTranslation()
  const limits = useLimits()
  return (
    <ul id={id} className="flex flex-col text-xs">
      {checkPassword(password, others, limits?.password_min).map(({ rule, isMet }) => (
        <li
          key={rule}
          className={clsx(
            'flex items-center gap-1 transition-colors [&_svg]:size-4',
            isMet ? 'text-accent' : 'text-ink-3',
          )}
        >
          {isMet ? <Check aria-hidden /> : <Dot aria-hidden />}
          {t(`passwordRules.${rule}`, { ...limits })}{' '}
          <span className="sr-only">{isMet ? t('passwordRules.met') : t('passwordRules.open')}</span>
        </li>
      ))}
    </ul>
  )
}
