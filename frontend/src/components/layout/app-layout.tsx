import { Suspense, useState } from 'react'
import { Outlet, useNavigate, useParams } from 'react-router'
import { useTranslation } from 'react-i18next'
import { Sidebar } from '@/components/layout/sidebar'
import { SidebarContext } from '@/components/layout/sidebar-context'
import { PaletteDialog } from '@/components/palette/palette-dialog'
import { SettingsDialog } from '@/components/settings/settings-dialog'
import { usePalette } from '@/stores/palette'
import { PortalContainer } from '@/components/ui/portal-container'
import { Sheet } from '@/components/ui/sheet'
import { useBackgroundOutbox } from '@/hooks/use-background-outbox'
import { useLabCleanup } from '@/hooks/use-lab-cleanup'
import { useConversationListSync } from '@/hooks/use-conversation-list-sync'
import { useSettingsDialog } from '@/hooks/use-settings-dialog'
import { useShortcuts } from '@/hooks/use-shortcuts'
import { useSidebar } from '@/hooks/use-sidebar'
import { useUploadQueue } from '@/hooks/use-uploads'

/** Layout of the signed-in pages: the sidebar, and the page in a panel. */
export function AppLayout() {
  const { t } = useTranslation()
  const sidebar = useSidebar()
  const navigate = useNavigate()
  const [main, setMain] = useState<HTMLElement | null>(null)
  const settings = useSettingsDialog()
  useConversationListSync()
  useShortcuts({
    search: () => usePalette.getState().setOpen(true),
    newChat: () => void navigate('/'),
    sidebar: () => sidebar.setOpen(!sidebar.isOpen),
    settings: () => settings.open('general'),
    shortcuts: () => settings.open('shortcuts'),
  })
  const { id: openId } = useParams()
  useBackgroundOutbox(openId)
  useLabCleanup()
  useUploadQueue()
  return (
    <SidebarContext value={sidebar}>
      <a
        href="#main"
        className="fixed top-2 left-2 z-50 -translate-y-20 rounded-lg bg-accent px-4 py-2 text-sm text-on-accent focus:translate-y-0 print:hidden"
      >
        {t('app.skipToContent')}
      </a>
      <PortalContainer value={main}>
        <div className="printed-whole flex h-dvh">
          {sidebar.isWide ? (
            sidebar.isOpen && (
              <aside aria-label={t('sidebar.label')} className="flex w-68 shrink-0 flex-col print:hidden">
                <Sidebar />
              </aside>
            )
          ) : (
            <Sheet
              isOpen={sidebar.isOpen}
              onClose={() => sidebar.setOpen(false)}
              side="left"
              title={t('sidebar.label')}
              closeLabel={t('sidebar.close')}
              hasHiddenTitle
            >
              <Sidebar />
            </Sheet>
          )}
          <main
            ref={setMain}
            id="main"
            tabIndex={-1}
            className={`printed-whole flex min-w-0 grow flex-col bg-panel outline-none ${
              sidebar.isWide ? 'my-2 mr-2 overflow-hidden rounded-xl border border-line' : ''
            } ${sidebar.isWide && !sidebar.isOpen ? 'ml-2' : ''}`}
          >
            <Suspense>
              <Outlet />
            </Suspense>
          </main>
        </div>
      </PortalContainer>
      <SettingsDialog />
      <PaletteDialog />
    </SidebarContext>
  )
}
