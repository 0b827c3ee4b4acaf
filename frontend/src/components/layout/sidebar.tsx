import { PanelLeftClose, SquarePen } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { AccountMenu } from '@/components/layout/account-menu'
import { ConversationList } from '@/components/layout/conversation-list'
import { Logo } from '@/components/layout/logo'
import { useSidebarState } from '@/components/layout/sidebar-context'
import { IconButton } from '@/components/ui/icon-button'

export function Sidebar() {
  const { t } = useTranslation()
  const { setOpen } = useSidebarState()
  return (
    <div className="flex min-h-0 grow flex-col">
      <div className="flex h-15 shrink-0 items-center justify-between pr-2 pl-4">
        <Logo />
        <IconButton label={t('sidebar.close')} onClick={() => setOpen(false)}>
          <PanelLeftClose aria-hidden />
        </IconButton>
      </div>
      <div className="px-2 pb-2">
        <Link
          to="/"
          className="flex h-10 items-center gap-2.5 rounded-lg px-2.5 text-sm font-medium transition-colors hover:bg-hover active:bg-pressed"
        >
          <SquarePen aria-hidden className="size-[18px] text-accent" />
          {t('sidebar.newChat')}
        </Link>
      </div>
      <ConversationList />
      <div className="shrink-0 border-t border-line p-2">
        <AccountMenu />
      </div>
    </div>
  )
}
