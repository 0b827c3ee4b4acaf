import { Settings2 } from 'lucide-react'
import { lazy } from 'react'
import { useTranslation } from 'react-i18next'
import { IconButton } from '@/components/ui/icon-button'
import { Menu } from '@/components/ui/menu'

const PreferenceMenuPanel = lazy(() => import('@/components/settings/preference-menu-panel'))

/** Theme and language for users who are not signed in. */
export function PreferenceMenu() {
  const { t } = useTranslation()
  return (
    <Menu
      button={<IconButton Icon={Settings2} label={`${t('settings.theme')} / ${t('settings.language')}`} />}
    >
      {(menu) => <PreferenceMenuPanel {...menu} />}
    </Menu>
  )
}
