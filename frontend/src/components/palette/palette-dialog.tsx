import { lazy, Suspense } from 'react'
import { useTranslation } from 'react-i18next'
import { Dialog } from '@/components/ui/dialog'
import { usePalette } from '@/stores/palette'

const Palette = lazy(() => import('./palette'))

/** Search and commands over any page. */
export function PaletteDialog() {
  const { t } = useTranslation()
  const { isOpen, setOpen } = usePalette()
  const close = () => setOpen(false)
  return (
    <Dialog
      isOpen={isOpen}
      onClose={close}
      title={t('palette.label')}
      closeLabel={t('app.close')}
      hasHiddenTitle
      className="md:mt-[12vh] md:mb-auto md:h-fit md:max-h-[min(34rem,76vh)] md:w-[min(40rem,calc(100vw-4rem))]"
    >
      <Suspense>
        <Palette onClose={close} />
      </Suspense>
    </Dialog>
  )
}
