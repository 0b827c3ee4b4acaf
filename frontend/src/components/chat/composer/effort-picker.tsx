import { Brain, ChevronDown } from 'lucide-react'
import { lazy } from 'react'
import { useTranslation } from 'react-i18next'
import { Menu } from '@/components/ui/menu'
import { useModel } from '@/hooks/use-model'
import type { ChosenEffort } from '@/lib/models/chat-settings'

const EffortMenuPanel = lazy(() => import('@/components/chat/composer/effort-menu-panel'))

interface EffortPickerProps {
  /** Null means the server's default model. */
  model: string | null
  /** Empty leaves the effort to the model. */
  value: ChosenEffort
  onChange: (effort: ChosenEffort) => void
}

/** Chooses how much a model thinks before it answers; shown only for models that accept an effort. */
export function EffortPicker({ model, value, onChange }: EffortPickerProps) {
  const { t } = useTranslation()
  const efforts = useModel(model)?.efforts ?? []
  if (efforts.length === 0) return null
  const chosen = efforts.find((effort) => effort === value) ?? ''
  return (
    <Menu
      button={
        <button
          type="button"
          aria-label={t('effort.current', { name: t(`effort.${chosen || 'default'}`) })}
          title={t('effort.pick')}
          className="flex h-9 shrink-0 items-center gap-1 rounded-full px-3 text-sm text-ink-2 transition-colors hover:bg-hover hover:text-ink data-[state=open]:bg-hover"
        >
          <Brain aria-hidden className="size-4 shrink-0" />
          {chosen !== '' && <span>{t(`effort.${chosen}`)}</span>}
          <ChevronDown aria-hidden className="size-4 shrink-0" />
        </button>
      }
    >
      {(menu) => <EffortMenuPanel {...menu} efforts={efforts} chosen={chosen} onChange={onChange} />}
    </Menu>
  )
}
