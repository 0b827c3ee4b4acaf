import { useTranslation } from 'react-i18next'
import { purposeOf } from '@/lib/models/model-purpose'
import type { Model } from '@/types/api'

interface ModelOptionProps {
  model: Model
  /** Whether the name of its service is shown, where no heading shows it. */
  showsService?: boolean
}

/** A model in a list, with its purpose or the reason it is unavailable. */
export function ModelOption({ model, showsService = false }: ModelOptionProps) {
  const { t } = useTranslation()
  const purpose = purposeOf(model)
  const texts = model.available
    ? [
        ...(purpose ? [t(`models.goodFor.${purpose}`)] : []),
        t('models.window', { count: Math.round(model.context_window / 1000) }),
      ]
    : [model.missing ? t(`models.missing.${model.missing}`) : t('models.unavailable')]
  return (
    <span className="flex min-w-0 flex-col">
      <span translate="no" className="truncate">
        {model.name}
      </span>
      <span className="text-xs text-ink-3">
        {showsService && model.service !== '' && (
          <span translate="no">
            {model.service}
            {t('models.separator')}
          </span>
        )}
        {texts.join(t('models.separator'))}
      </span>
    </span>
  )
}
