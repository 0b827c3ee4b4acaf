import { PanelLeftClose, Search, SquarePen } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { AccountMenu } from '@/components/layout/account-menu'
import { ConversationList } from '@/components/layout/conversation-list'
import { Logo } from '@/components/ui/logo'
import { useSidebarState } from '@/components/layout/sidebar-context'
import { IconButton } from '@/components/ui/icon-button'
import { KeyCaps } from '@/components/ui/key-caps'
import { keyCaps } from '@/lib/shortcuts'
import { usePalette } from '@/stores/palette'

export function Sidebar() {
  const { t } = useTranslation()
  const { setOpen } = useSidebarState()
  return (
    <div className="flex min-h-0 grow flex-col">
      <div className="flex h-15 shrink-0 items-center justify-between pr-2 pl-4">
        <Logo />
        <IconButton Icon={PanelLeftClose} label={t('sidebar.close')} onClick={() => setOpen(false)} />
      </div>
      <div className="px-2 pb-2">
        <Link
          to="/"
          className="flex h-10 items-center gap-2.5 rounded-lg px-2.5 text-sm font-medium transition-colors hover:bg-hover active:bg-pressed"
        >
          <SquarePen aria-hidden className="size-[18px] text-accent" />
          {t('sidebar.newChat')}
        </Link>
        <button
          type="button"
          aria-keyshortcuts="Control+K Meta+K"
          onClick={() => usePalette.getState().setOpen(true)}
          className="group flex h-10 w-full items-center gap-2.5 rounded-lg px-2.5 text-sm transition-colors hover:bg-hover active:bg-pressed"
        >
          <Search aria-hidden className="size-[18px] text-ink-2" />
          <span className="grow text-left">{t('sidebar.search')}</span>
          <span
            aria-hidden
            className="opacity-0 group-hover:opacity-100 group-focus-visible:opacity-100 touch:hidden"
          >
            <KeyCaps caps={keyCaps('search')} />
          </span>
        </button>
      </div>
      <ConversationList />
      <div className="shrink-0 border-t border-line p-2">
        <AccountMenu />
      </div>
    </div>
  )
}
