import { lazy, Suspense } from 'react'
import { useTranslation } from 'react-i18next'
import { Dialog } from '@/components/ui/dialog'
import { useSettingsDialog } from '@/hooks/use-settings-dialog'

const SettingsTabs = lazy(() => import('./settings-tabs'))

/** The settings dialog, open while the URL has its parameter. */
export function SettingsDialog() {
  const { t } = useTranslation()
  const { tab, open, close } = useSettingsDialog()
  return (
    <Dialog
      isOpen={tab !== null}
      onClose={close}
      title={t('settings.title')}
      className="md:h-[min(36rem,calc(100dvh-4rem))] md:w-[min(50rem,calc(100vw-4rem))]"
    >
      <Suspense>{tab !== null && <SettingsTabs tab={tab} onTabChange={open} />}</Suspense>
    </Dialog>
  )
}
