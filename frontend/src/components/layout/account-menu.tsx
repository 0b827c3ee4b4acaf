import { useQuery } from '@tanstack/react-query'
import { Archive, ChevronsUpDown, Keyboard, LogOut, Settings } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { meQuery } from '@/api/auth'
import { Menu, MenuContent, MenuItem, MenuSeparator, MenuTrigger } from '@/components/ui/menu'
import { useSignOut } from '@/hooks/use-account'
import { useSettingsDialog } from '@/hooks/use-settings-dialog'

export function AccountMenu() {
  const { t } = useTranslation()
  const { data: user } = useQuery(meQuery)
  const { mutate: signOut } = useSignOut()
  const { open } = useSettingsDialog()
  const name = user?.username ?? ''
  return (
    <Menu>
      <MenuTrigger className="flex h-11 w-full items-center gap-2.5 rounded-lg px-2 text-sm transition-colors hover:bg-hover data-[state=open]:bg-hover">
        <span
          aria-hidden
          className="flex size-7 shrink-0 items-center justify-center rounded-full bg-accent-soft text-xs font-semibold text-accent uppercase"
        >
          {name.charAt(0)}
        </span>
        <span className="min-w-0 grow truncate text-left">
          <span className="sr-only">{t('sidebar.account')} </span>
          {name}
        </span>
        <ChevronsUpDown aria-hidden className="size-4 shrink-0 text-ink-3" />
      </MenuTrigger>
      <MenuContent align="start" side="top" className="w-(--radix-dropdown-menu-trigger-width)">
        <p className="truncate px-2.5 pt-2 pb-1 text-xs text-ink-3">{user?.email}</p>
        <MenuItem onSelect={() => open('general')}>
          <Settings aria-hidden />
          {t('settings.title')}
        </MenuItem>
        <MenuItem onSelect={() => open('archived')}>
          <Archive aria-hidden />
          {t('settings.tabs.archived')}
        </MenuItem>
        <MenuItem onSelect={() => open('shortcuts')}>
          <Keyboard aria-hidden />
          {t('settings.tabs.shortcuts')}
        </MenuItem>
        <MenuSeparator />
        <MenuItem onSelect={() => signOut()}>
          <LogOut aria-hidden />
          {t('auth.signOut')}
        </MenuItem>
      </MenuContent>
    </Menu>
  )
}
