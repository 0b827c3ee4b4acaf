import { useQuery } from '@tanstack/react-query'
import { ChevronDown } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { modelsQuery } from '@/api/models'
import { ModelOption } from '@/components/chat/composer/model-option'
import { Menu, MenuContent, MenuRadioGroup, MenuRadioItem, MenuTrigger } from '@/components/ui/menu'

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
    <Menu>
      <MenuTrigger
        disabled={!data}
        aria-label={t('models.current', { name })}
        title={t('models.pick')}
        className="flex h-9 min-w-0 items-center gap-1 rounded-full px-3 text-sm text-ink-2 transition-colors hover:bg-hover hover:text-ink data-[state=open]:bg-hover"
      >
        <span className="truncate">{name || t('app.loading')}</span>
        <ChevronDown aria-hidden className="size-4 shrink-0" />
      </MenuTrigger>
      <MenuContent align="start" className="max-w-[min(22rem,calc(100vw-20px))]">
        <MenuRadioGroup value={chosen} onValueChange={onChange}>
          {models.map((model) => (
            <MenuRadioItem key={model.id} value={model.id} disabled={!model.available}>
              <ModelOption model={model} />
            </MenuRadioItem>
          ))}
        </MenuRadioGroup>
      </MenuContent>
    </Menu>
  )
}
