import { useQuery } from '@tanstack/react-query'
import { CalendarX2 } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { meQuery } from '@/api/auth'
import { modelsQuery } from '@/api/models'
import { Button } from '@/components/ui/button'
import { useSettingsDialog } from '@/hooks/use-settings-dialog'
import { endingSoon, endsSoon, replacementOf } from '@/lib/model-choice'

interface RetiredNoticeProps {
  /** Null means the server's default. */
  model: string | null
  onSwitch: (model: string) => void
}

/** Says that the service no longer has the model, with one button to another one; warns administrators before. */
export function RetiredNotice({ model, onSwitch }: RetiredNoticeProps) {
  const { t, i18n } = useTranslation()
  const { data } = useQuery(modelsQuery)
  const { data: user } = useQuery(meQuery)
  const settings = useSettingsDialog()
  if (!data) return null
  const id = model ?? data.default
  const chosen = data.models.find((one) => one.id === id)
  const name = chosen?.name ?? id
  const replacement = replacementOf(id, data)
  const isRetired = chosen ? chosen.missing === 'retired' : id !== '' && replacement !== undefined
  const day = chosen?.shutdown_date
  const now = new Date()
  const isEnding = user?.is_admin === true && !!day && endsSoon(day, now)
  const others = isEnding ? endingSoon(data, now).filter((other) => other.id !== id) : []
  if (!isRetired && !isEnding) return null
  const date = !day
    ? ''
    : new Intl.DateTimeFormat(i18n.language, { dateStyle: 'medium' }).format(new Date(day))
  return (
    <div className="mx-auto flex max-w-column flex-wrap items-center gap-x-3 gap-y-1 px-1 pb-2 text-sm text-ink-2">
      <p className="flex items-start gap-2">
        <CalendarX2 aria-hidden className="mt-[0.2em] size-4 shrink-0 text-accent" />
        {isRetired ? t('models.retired', { name }) : t('models.ending', { name, date })}
      </p>
      {replacement && (
        <Button variant="outline" onClick={() => onSwitch(replacement.id)}>
          {t('models.switchTo', { name: replacement.name })}
        </Button>
      )}
      {others.length > 0 && (
        <Button variant="outline" onClick={() => settings.open('models')}>
          {t('models.endingMore', { count: others.length })}
        </Button>
      )}
    </div>
  )
}
