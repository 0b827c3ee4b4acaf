import { ModelOption } from '@/components/models/model-option'
import type { MenuState } from '@/components/ui/menu'
import { MenuGroup, MenuRadioGroup, MenuRadioItem } from '@/components/ui/menu-items'
import MenuPanel from '@/components/ui/menu-panel'
import { groupByService } from '@/lib/models/model-choice'
import type { Model } from '@/types/api'

interface ModelMenuPanelProps extends MenuState {
  models: readonly Model[]
  chosen: string
  onChange: (model: string) => void
}

/** The open menu of `ModelPicker`, loaded when it is first opened. */
export default function ModelMenuPanel({ models, chosen, onChange, ...menu }: ModelMenuPanelProps) {
  return (
    <MenuPanel {...menu} align="start" className="max-w-[min(22rem,calc(100vw-20px))]">
      <MenuRadioGroup value={chosen} onValueChange={onChange}>
        {groupByService(models).map(([service, group], _, groups) => (
          <MenuGroup key={service} label={groups.length > 1 ? service : ''}>
            {group.map((model) => (
              <MenuRadioItem key={model.id} value={model.id} disabled={!model.available}>
                <ModelOption model={model} />
              </MenuRadioItem>
            ))}
          </MenuGroup>
        ))}
      </MenuRadioGroup>
    </MenuPanel>
  )
}
