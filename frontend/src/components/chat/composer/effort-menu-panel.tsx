import { useTranslation } from 'react-i18next'
import type { MenuState } from '@/components/ui/menu'
import { MenuRadioGroup, MenuRadioItem } from '@/components/ui/menu-items'
import MenuPanel from '@/components/ui/menu-panel'
import type { ChosenEffort } from '@/lib/models/chat-settings'

interface EffortMenuPanelProps extends MenuState {
  efforts: readonly Exclude<ChosenEffort, ''>[]
  chosen: ChosenEffort
  onChange: (effort: ChosenEffort) => void
}

/** The open menu of `EffortPicker`, in a separate chunk. */
export default function EffortMenuPanel({ efforts, chosen, onChange, ...menu }: EffortMenuPanelProps) {
  const { t } = useTranslation()
  return (
    <MenuPanel {...menu} align="start">
      <MenuRadioGroup
        value={chosen}
        onValueChange={(next) => onChange(efforts.find((effort) => effort === next) ?? '')}
      >
        <MenuRadioItem value="">{t('effort.default')}</MenuRadioItem>
        {efforts.map((effort) => (
          <MenuRadioItem key={effort} value={effort}>
            {t(`effort.${effort}`)}
          </MenuRadioItem>
        ))}
      </MenuRadioGroup>
    </MenuPanel>
  )
}
