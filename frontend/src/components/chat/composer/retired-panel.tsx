import { CalendarX2 } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { Button } from '@/components/ui/button'
import { useSettingsDialog } from '@/hooks/use-settings-dialog'
import { formatDay } from '@/lib/models/model-choice'
import type { Model } from '@/types/api'

interface RetiredPanelProps {
  name: string
  /** Whether the model is retired, will be retired soon, or only others will be. */
  state: 'retired' | 'retiring' | 'others-retiring'
  /** The date on which the service retires the model. */
  lastDay: string
  replacement: Model | undefined
  /** The other models in use that will be retired soon. */
  othersRetiring: Model[]
  onSwitch: (model: string) => void
}

/** The content of `RetiredNotice`, loaded when it is first shown. */
export default function RetiredPanel(props: RetiredPanelProps) {
  const { name, state, lastDay, replacement, othersRetiring, onSwitch } = props
  const { t, i18n } = useTranslation()
  const settings = useSettingsDialog()
  return (
    <div className="mx-auto flex max-w-column flex-wrap items-center gap-x-3 gap-y-1 px-1 pb-2 text-sm text-ink-2">
      <p className="flex items-start gap-2">
        <CalendarX2 aria-hidden className="mt-[0.2em] size-4 shrink-0 text-accent" />
        {state === 'retired' && t('models.retired', { name })}
        {state === 'retiring' && t('models.retiring', { name, date: formatDay(lastDay, i18n.language) })}
        {state === 'others-retiring' &&
          t('models.retiringInUse', {
            names: listOf(
              othersRetiring.map((other) =>
                t('models.retiringOn', {
                  name: other.name,
                  date: formatDay(other.shutdown_date ?? '', i18n.language),
                }),
              ),
              i18n.language,
            ),
          })}
      </p>
      {replacement && (
        <Button variant="outline" onClick={() => onSwitch(replacement.id)}>
          {t('models.switchTo', { name: replacement.name })}
        </Button>
      )}
      {othersRetiring.length > 0 && (
        <Button variant="outline" onClick={() => settings.open('models')}>
          {state === 'others-retiring'
            ? t('models.showRetiring')
            : t('models.othersRetiringSoon', { count: othersRetiring.length })}
        </Button>
      )}
    </div>
  )
}

function listOf(names: string[], language: string): string {
  return new Intl.ListFormat(language).format(names)
}
