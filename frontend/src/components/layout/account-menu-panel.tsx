import { useMutation, useQuery } from '@tanstack/react-query'
import { Archive, Keyboard, LogOut, Settings } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { meQuery } from '@/api/auth'
import { session } from '@/api/session'
import type { MenuState } from '@/components/ui/menu'
import { MenuItem, MenuSeparator } from '@/components/ui/menu-items'
import MenuPanel from '@/components/ui/menu-panel'
import { useSettingsDialog } from '@/hooks/use-settings-dialog'

/** The open menu of `AccountMenu`, in a separate chunk. */
export default function AccountMenuPanel(menu: MenuState) {
  const { t } = useTranslation()
  const { data: user } = useQuery(meQuery)
  const { mutate: signOut } = useMutation({ mutationFn: () => session.signOut() })
  const { open } = useSettingsDialog()
  return (
    <MenuPanel {...menu} align="start" side="top" className="w-(--radix-dropdown-menu-trigger-width)">
      <p className="truncate px-2.5 pt-2 pb-1 text-xs text-ink-3">{user?.email}</p>
      <MenuItem Icon={Settings} text={t('settings.title')} onSelect={() => open('general')} />
      <MenuItem Icon={Archive} text={t('settings.tabs.archived')} onSelect={() => open('archived')} />
      <MenuItem Icon={Keyboard} text={t('settings.tabs.shortcuts')} onSelect={() => open('shortcuts')} />
      <MenuSeparator />
      <MenuItem Icon={LogOut} text={t('auth.signOut')} onSelect={() => signOut()} />
    </MenuPanel>
  )
}
