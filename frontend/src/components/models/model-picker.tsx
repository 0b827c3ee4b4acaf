import { useQuery } from '@tanstack/react-query'
import { ChevronDown } from 'lucide-react'
import { lazy, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { modelsQuery } from '@/api/models'
import { FromFirstUse } from '@/components/ui/from-first-use'
import { Menu } from '@/components/ui/menu'
import { needsSearch, disambiguatedName } from '@/lib/models/model-choice'

const ModelDialog = lazy(() => import('@/components/models/model-dialog'))
const ModelMenuPanel = lazy(() => import('@/components/models/model-menu-panel'))

interface ModelPickerProps {
  /** Null means the server's default. */
  value: string | null
  onChange: (model: string) => void
}

/**
 * The button that names the model, with a menu of all models or, if there are too many for a menu, a dialog with a
 * search.
 */
export function ModelPicker({ value, onChange }: ModelPickerProps) {
  const { t } = useTranslation()
  const { data } = useQuery(modelsQuery)
  const models = data?.models ?? []
  const chosen = value ?? data?.default ?? ''
  const model = models.find(({ id }) => id === chosen)
  const name = model ? disambiguatedName(model, models) : chosen
  const [isOpen, setOpen] = useState(false)
  if (data && models.length === 0) return <p className="px-3 text-sm text-ink-3">{t('models.none')}</p>

  const isDialog = needsSearch(models)
  const button = (
    <button
      type="button"
      disabled={!data}
      aria-label={name === '' ? undefined : t('models.current', { name })}
      title={t('models.pick')}
      className="flex h-9 min-w-0 items-center gap-1 rounded-full px-3 text-sm text-ink-2 transition-colors hover:bg-hover hover:text-ink data-[state=open]:bg-hover"
      {...(isDialog && { 'aria-haspopup': 'dialog', 'aria-expanded': isOpen, onClick: () => setOpen(true) })}
    >
      <span translate="no" className="truncate">
        {name || t('app.loading')}
      </span>
      <ChevronDown aria-hidden className="size-4 shrink-0" />
    </button>
  )
  const choice = { models, chosen }
  if (!isDialog) {
    return (
      <Menu button={button}>{(menu) => <ModelMenuPanel {...menu} {...choice} onChange={onChange} />}</Menu>
    )
  }
  return (
    <>
      {button}
      <FromFirstUse isUsed={isOpen}>
        <ModelDialog {...choice} isOpen={isOpen} onClose={() => setOpen(false)} onChoose={onChange} />
      </FromFirstUse>
    </>
  )
}
