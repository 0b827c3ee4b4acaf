import { Settings2 } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { PreferenceItems } from '@/components/settings/preference-items'
import { IconButton } from '@/components/ui/icon-button'
import { Menu, MenuContent, MenuTrigger } from '@/components/ui/menu'

/** Theme and language for users who are not signed in. */
export function PreferenceMenu() {
  const { t } = useTranslation()
  return (
    <Menu>
      <MenuTrigger asChild>
        <IconButton label={`${t('settings.theme')} / ${t('settings.language')}`}>
          <Settings2 aria-hidden />
        </IconButton>
      </MenuTrigger>
      <MenuContent align="end">
        <PreferenceItems />
      </MenuContent>
    </Menu>
  )
}
