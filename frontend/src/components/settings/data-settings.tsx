import { useTranslation } from 'react-i18next'
import { DeleteAccount } from '@/components/settings/delete-account'
import { SettingRow } from '@/components/settings/setting-row'
import { StorageSettings } from '@/components/settings/storage-settings'
import { Button } from '@/components/ui/button'
import { useExportAll } from '@/hooks/use-export'

export function DataSettings() {
  const { t } = useTranslation()
  const { mutate: exportAll, isPending } = useExportAll()
  return (
    <>
      <SettingRow title={t('settings.exportAll')} text={t('settings.exportAllText')}>
        <Button variant="outline" disabled={isPending} onClick={() => exportAll()}>
          {t(isPending ? 'settings.exporting' : 'settings.exportStart')}
        </Button>
      </SettingRow>
      <StorageSettings />
      <DeleteAccount />
    </>
  )
}
