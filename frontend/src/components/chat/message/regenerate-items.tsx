import { Shuffle } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { MenuItem, SubMenu } from '@/components/ui/menu-items'
import { needsSearch, disambiguatedName } from '@/lib/models/model-choice'
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
  const item = { Icon: Shuffle, text: t('actions.otherModel'), disabled: isBusy }
  if (needsSearch(others)) return <MenuItem {...item} onSelect={onSearch} />
  return (
    <SubMenu {...item}>
      {others.map((model) => (
        <MenuItem
          key={model.id}
          text={disambiguatedName(model, others)}
          translate="no"
          onSelect={() => onChoose(model.id)}
        />
      ))}
    </SubMenu>
  )
}
