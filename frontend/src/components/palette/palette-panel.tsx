import { useTranslation } from 'react-i18next'
import { PALETTE_LAYOUT } from '@/components/palette/early-field'
import { Palette } from '@/components/palette/palette'
import DialogPanel from '@/components/ui/dialog-panel'
import { usePalette } from '@/stores/palette'

/** The palette in its dialog, in a separate chunk. */
export default function PalettePanel() {
  const { t } = useTranslation()
  const { isOpen, opener, setOpen } = usePalette()
  const close = () => setOpen(false)
  return (
    <DialogPanel
      isOpen={isOpen}
      onClose={close}
      opener={opener}
      title={t('palette.label')}
      hasHiddenTitle
      className={PALETTE_LAYOUT}
    >
      <Palette onClose={close} />
    </DialogPanel>
  )
}
