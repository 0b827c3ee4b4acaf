import { lazy } from 'react'
import { composed, EarlyField } from '@/components/palette/early-field'
import { FromFirstUse } from '@/components/ui/from-first-use'
import { usePalette } from '@/stores/palette'

const PalettePanel = lazy(async () => {
  const panel = await import('./palette-panel')
  await composed
  return panel
})

/** Search and commands over any page. */
export function PaletteDialog() {
  const isOpen = usePalette((state) => state.isOpen)
  return (
    <FromFirstUse isUsed={isOpen} fallback={isOpen && <EarlyField />}>
      <PalettePanel />
    </FromFirstUse>
  )
}
