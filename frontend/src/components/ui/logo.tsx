import { useTranslation } from 'react-i18next'

export function Logo() {
  const { t } = useTranslation()
  return (
    <span className="flex items-center gap-2.5 text-sm font-semibold tracking-tight">
      <svg viewBox="0 0 32 32" aria-hidden className="size-6">
        <rect width="32" height="32" rx="9" className="fill-accent" />
        <path
          d="M9 12.5h14M9 17h10M9 21.5h4"
          className="stroke-on-accent"
          strokeWidth="2.4"
          strokeLinecap="round"
        />
      </svg>
      {t('app.name')}
    </span>
  )
}
