import { Shuffle } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { MenuItem, SubMenu } from '@/components/ui/menu-items'
import { areMany, nameAmong } from '@/lib/model-choice'
import { useIsBusy } from '@/stores/live'
import type { Model } from '@/types/api'

interface RegenerateItemsProps {
  /** The models that did not write the answer. */
  others: readonly Model[]
  onChoose: (model: string) => void
  /** Opens the choice among more models than a menu holds. */
  onSearch: () => void
}

/** Menu items that regenerate an answer with another model; nothing if no other model exists. */
export function RegenerateItems({ others, onChoose, onSearch }: RegenerateItemsProps) {
  const { t } = useTranslation()
  const isBusy = useIsBusy()
  if (others.length === 0) return null
  const label = (
    <>
      <Shuffle aria-hidden />
      {t('actions.otherModel')}
    </>
  )
  if (areMany(others)) {
    return (
      <MenuItem disabled={isBusy} onSelect={onSearch}>
        {label}
      </MenuItem>
    )
  }
  return (
    <SubMenu label={label} disabled={isBusy}>
      {others.map((model) => (
        <MenuItem key={model.id} translate="no" onSelect={() => onChoose(model.id)}>
          {nameAmong(model, others)}
        </MenuItem>
      ))}
    </SubMenu>
  )
}
