import { clsx } from 'clsx'
import { X } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { isComposing } from '@/lib/composer-keys'
import { PaletteField } from '@/components/palette/palette-field'
import { IconButton } from '@/components/ui/icon-button'
import { usePalette } from '@/stores/palette'

/** The position and size of the palette on wide screens; on others it fills the screen. */
export const PALETTE_LAYOUT =
  'md:mt-[12vh] md:mb-auto md:h-fit md:max-h-[min(34rem,76vh)] md:w-[min(40rem,calc(100vw-4rem))]'

/** Settles when no text is under composition in the field, which would be lost with it. */
export let composed = Promise.resolve()
let endComposition: () => void

/** Takes what is typed until the code of the palette has arrived, which continues with it. */
export function EarlyField() {
  const { t } = useTranslation()
  const { early, opener, setOpen } = usePalette()
  const close = () => {
    setOpen(false)
    opener?.focus()
  }
  return (
    <>
      <div onClick={close} className="fixed inset-0 z-40 bg-scrim" />
      <div
        className={clsx(
          'fixed inset-0 z-40 m-auto overflow-hidden bg-panel shadow-overlay md:rounded-xl md:border md:border-line',
          PALETTE_LAYOUT,
        )}
      >
        <PaletteField
          ref={focusField}
          value={early}
          onChange={(event) => usePalette.setState({ early: event.target.value })}
          onCompositionStart={() => {
            composed = new Promise((resolve) => (endComposition = resolve))
          }}
          onCompositionEnd={() => endComposition()}
          onKeyDown={({ key, nativeEvent }) => {
            if (key === 'Tab') nativeEvent.preventDefault()
            if (key === 'Escape' && !isComposing(nativeEvent)) close()
          }}
        />
        <IconButton
          Icon={X}
          label={t('app.close')}
          onClick={close}
          className="absolute top-2.5 right-2.5 md:hidden"
        />
      </div>
    </>
  )
}

function focusField(field: HTMLInputElement | null): void {
  field?.focus()
}
