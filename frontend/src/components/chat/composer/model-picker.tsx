import { useQuery } from '@tanstack/react-query'
import { ChevronDown } from 'lucide-react'
import { lazy } from 'react'
import { useTranslation } from 'react-i18next'
import { modelsQuery } from '@/api/models'
import { Menu } from '@/components/ui/menu'

const ModelMenuPanel = lazy(() => import('@/components/chat/composer/model-menu-panel'))

interface ModelPickerProps {
  /** Null means the server's default. */
  value: string | null
  onChange: (model: string) => void
}

export function ModelPicker({ value, onChange }: ModelPickerProps) {
  const { t } = useTranslation()
  const { data } = useQuery(modelsQuery)
  const models = data?.models ?? []
  const chosen = value ?? data?.default ?? ''
  const name = models.find(({ id }) => id === chosen)?.name ?? chosen
  if (data && models.length === 0) return <p className="px-3 text-sm text-ink-3">{t('models.none')}</p>

  return (
    <Menu
      button={
        <button
          type="button"
          disabled={!data}
          aria-label={t('models.current', { name })}
          title={t('models.pick')}
          className="flex h-9 min-w-0 items-center gap-1 rounded-full px-3 text-sm text-ink-2 transition-colors hover:bg-hover hover:text-ink data-[state=open]:bg-hover"
        >
          <span translate="no" className="truncate">
            {name || t('app.loading')}
          </span>
          <ChevronDown aria-hidden className="size-4 shrink-0" />
        </button>
      }
    >
      {(used) => <ModelMenuPanel {...used} models={models} chosen={chosen} onChange={onChange} />}
    </Menu>
  )
}
