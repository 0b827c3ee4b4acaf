import { useMutation } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { exportAll } from '@/api/exports'
import { DeleteAccount } from '@/components/settings/delete-account'
import { SettingRow } from '@/components/settings/setting-row'
import { StorageSettings } from '@/components/settings/storage-settings'
import { Button } from '@/components/ui/button'
import { localDate } from '@/lib/lists/date-groups'
import { saveFile } from '@/lib/browser/save-file'

export function DataSettings() {
  const { t } = useTranslation()
  const { mutate: save, isPending } = useMutation({
    mutationFn: exportAll,
    onSuccess: (file) => saveFile(file, `ai-chat ${localDate(new Date())}`, 'json'),
  })
  return (
    <>
      <SettingRow title={t('settings.exportAll')} text={t('settings.exportAllText')}>
        <Button variant="outline" disabled={isPending} onClick={() => save()}>
          {t(isPending ? 'settings.exporting' : 'settings.exportStart')}
        </Button>
      </SettingRow>
      <StorageSettings />
      <DeleteAccount />
    </>
  )
}
