import { useTranslation } from 'react-i18next'
import { purposeOf } from '@/lib/model-purpose'
import type { Model } from '@/types/api'

/** A model in a list, with its purpose or the reason it is unavailable. */
export function ModelOption({ model }: { model: Model }) {
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
      <span className="text-xs text-ink-3">{texts.join(t('models.and'))}</span>
    </span>
  )
}
