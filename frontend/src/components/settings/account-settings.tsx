import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { meQuery } from '@/api/auth'
import { ChangePassword } from '@/components/settings/change-password'
import { DeviceList } from '@/components/settings/device-list'
import { SettingRow } from '@/components/settings/setting-row'

export function AccountSettings() {
  const { t } = useTranslation()
  const { data: user } = useQuery(meQuery)
  return (
    <>
      <SettingRow title={t('auth.username')}>
        <p className="text-sm text-ink-2">{user?.username}</p>
      </SettingRow>
      <SettingRow title={t('auth.email')}>
        <p className="text-sm text-ink-2">{user?.email}</p>
      </SettingRow>
      <ChangePassword />
      <DeviceList />
    </>
  )
}
