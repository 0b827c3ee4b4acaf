import { clsx } from 'clsx'
import { Check } from 'lucide-react'
import { memo } from 'react'
import { useTranslation } from 'react-i18next'
import { ModelOption } from '@/components/models/model-option'
import { useScrolledIntoView } from '@/hooks/use-scrolled-into-view'
import type { Model } from '@/types/api'

interface ModelRowProps {
  id: string
  /** Null stands for the server's choice. */
  model: Model | null
  isActive: boolean
  isChosen: boolean
  /** Whether to show the name of the service, if no heading does. */
  showsService: boolean
}

/** An option of `ModelSearch`. There may be hundreds of options, so only changed ones render again. */
export const ModelRow = memo(function ModelRow({
  id,
  model,
  isActive,
  isChosen,
  showsService,
}: ModelRowProps) {
  const { t } = useTranslation()
  const row = useScrolledIntoView(isActive)

  return (
    <div
      ref={row}
      id={id}
      role="option"
      aria-selected={isActive}
      aria-disabled={model?.available === false}
      className={clsx(
        // The heading of the group covers the top of the list.
        'flex min-h-10 scroll-mt-8 items-center justify-between gap-3 rounded-lg px-3 py-1 text-sm touch:min-h-12',
        model?.available === false ? 'text-ink-3' : 'cursor-pointer',
        isActive && 'bg-hover',
      )}
    >
      {model ? <ModelOption model={model} showsService={showsService} /> : t('settings.serverChoice')}
      {isChosen && (
        <Check role="img" aria-label={t('models.chosen')} className="size-4 shrink-0 text-accent" />
      )}
    </div>
  )
})
