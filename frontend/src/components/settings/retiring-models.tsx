import { useQuery } from '@tanstack/react-query'
import { CalendarX2 } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { modelsQuery } from '@/api/models'
import { formatDay, modelsRetiringSoon, replacementOf } from '@/lib/models/model-choice'

/** The models that their services retire within 30 days, each with its date and its successor. */
export function RetiringModels() {
  const { t, i18n } = useTranslation()
  const { data } = useQuery(modelsQuery)
  const retiring = data ? modelsRetiringSoon(data, new Date()) : []
  if (!data || retiring.length === 0) return null
  return (
    <section
      aria-label={t('models.retiringSoon')}
      className="rounded-lg border border-line-strong p-3 text-sm"
    >
      <h3 className="flex items-start gap-2 font-medium">
        <CalendarX2 aria-hidden className="mt-[0.2em] size-4 shrink-0 text-accent" />
        {t('models.retiringSoon')}
      </h3>
      <ul className="mt-1 flex flex-col gap-1 pl-6">
        {retiring.map(({ id, name, service, shutdown_date, successor }) => (
          <li key={id}>
            <span translate="no">{name}</span>
            <span className="block text-xs text-ink-3">
              {[
                service,
                formatDay(shutdown_date ?? '', i18n.language),
                ...(successor ? [t('models.insteadOf', { name: replacementOf(id, data)?.name })] : []),
              ].join(t('models.separator'))}
            </span>
          </li>
        ))}
      </ul>
    </section>
  )
}
