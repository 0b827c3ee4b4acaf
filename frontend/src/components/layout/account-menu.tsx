import { useQuery } from '@tanstack/react-query'
import { ChevronsUpDown } from 'lucide-react'
import { lazy } from 'react'
import { useTranslation } from 'react-i18next'
import { meQuery } from '@/api/auth'
import { Menu } from '@/components/ui/menu'

const AccountMenuPanel = lazy(() => import('@/components/layout/account-menu-panel'))

export function AccountMenu() {
  const { t } = useTranslation()
  const { data: user } = useQuery(meQuery)
  const name = user?.username ?? ''
  return (
    <Menu
      button={
        <button
          type="button"
          className="flex h-11 w-full items-center gap-2.5 rounded-lg px-2 text-sm transition-colors hover:bg-hover data-[state=open]:bg-hover"
        >
          <span
            aria-hidden
            className="flex size-7 shrink-0 items-center justify-center rounded-full bg-accent-soft text-xs font-semibold text-accent uppercase"
          >
            {name.charAt(0)}
          </span>
          <span className="min-w-0 grow truncate text-left">
            <span className="sr-only">{t('sidebar.account')}: </span>
            <span translate="no">{name}</span>
          </span>
          <ChevronsUpDown aria-hidden className="size-4 shrink-0 text-ink-3" />
        </button>
      }
    >
      {(menu) => <AccountMenuPanel {...menu} />}
    </Menu>
  )
}
