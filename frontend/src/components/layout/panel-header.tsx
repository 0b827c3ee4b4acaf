import { PanelLeftOpen, SquarePen } from 'lucide-react'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { useSidebarState } from '@/components/layout/sidebar-context'
import { IconButton } from '@/components/ui/icon-button'

interface PanelHeaderProps {
  title: string
  /** A field in place of the title, while it is edited. */
  editor?: ReactNode
  children?: ReactNode
}

export function PanelHeader({ title, editor, children }: PanelHeaderProps) {
  const { t } = useTranslation()
  const { isOpen, isWide, setOpen } = useSidebarState()
  const isSidebarShown = isWide && isOpen
  return (
    <header className="flex h-13 shrink-0 items-center gap-1 px-2 md:px-3 low:h-10">
      {!isSidebarShown && (
        <span className="flex print:hidden">
          <IconButton Icon={PanelLeftOpen} label={t('sidebar.open')} onClick={() => setOpen(true)} />
          <Link
            to="/"
            aria-label={t('sidebar.newChat')}
            title={t('sidebar.newChat')}
            className="inline-flex size-9 items-center justify-center rounded-lg text-ink-2 transition-colors hover:bg-hover hover:text-ink touch:size-10"
          >
            <SquarePen aria-hidden className="size-[18px]" />
          </Link>
        </span>
      )}
      {title === '' ? (
        <span className="grow" />
      ) : (
        <h1 dir="auto" className={editor ? 'sr-only' : 'min-w-0 grow truncate px-2 text-sm font-medium'}>
          {title}
        </h1>
      )}
      {editor && <div className="min-w-0 grow">{editor}</div>}
      {children}
    </header>
  )
}
