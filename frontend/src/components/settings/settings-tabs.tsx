import { useQuery } from '@tanstack/react-query'
import { Tabs } from 'radix-ui'
import { type ComponentType, lazy, Suspense, useEffect, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { meQuery } from '@/api/auth'
import { AccountSettings } from '@/components/settings/account-settings'
import { AppearanceSettings } from '@/components/settings/appearance-settings'
import { ArchivedConversations } from '@/components/settings/archived-conversations'
import { ChatDefaults } from '@/components/settings/chat-defaults'
import { DataSettings } from '@/components/settings/data-settings'
import { GeneralSettings } from '@/components/settings/general-settings'
import { ShortcutList } from '@/components/settings/shortcut-list'
import { useIsWide } from '@/hooks/use-media-query'
import { SETTINGS_TABS, type SettingsTab } from '@/lib/settings-tab'

const KeySettings = lazy(() => import('./key-settings'))
const ModelSettings = lazy(() => import('./model-settings'))

const PANELS: Record<SettingsTab, ComponentType> = {
  general: GeneralSettings,
  appearance: AppearanceSettings,
  chat: ChatDefaults,
  models: ModelSettings,
  data: DataSettings,
  archived: ArchivedConversations,
  account: AccountSettings,
  keys: KeySettings,
  shortcuts: ShortcutList,
}

const ADMINISTRATOR_TABS: readonly SettingsTab[] = ['models']

interface SettingsTabsProps {
  tab: SettingsTab
  onTabChange: (tab: SettingsTab) => void
}

/** All settings; each change is saved immediately. */
export default function SettingsTabs({ tab, onTabChange }: SettingsTabsProps) {
  const { t } = useTranslation()
  const isWide = useIsWide()
  const { data: user } = useQuery(meQuery)
  const tabs = SETTINGS_TABS.filter((name) => (user?.is_admin ?? false) || !ADMINISTRATOR_TABS.includes(name))
  const shown = tabs.includes(tab) ? tab : 'general'
  const Panel = PANELS[shown]
  const shownTab = useRef<HTMLButtonElement>(null)

  // On a phone, the tabs do not all fit side by side. A callback ref would scroll at each render: Radix calls it again.
  useEffect(() => {
    shownTab.current?.scrollIntoView({ block: 'nearest', inline: 'center' })
  }, [shown])

  return (
    <Tabs.Root
      value={shown}
      onValueChange={(next) => onTabChange(next as SettingsTab)}
      orientation={isWide ? 'vertical' : 'horizontal'}
      className="flex min-h-0 grow flex-col md:flex-row"
    >
      <Tabs.List
        aria-label={t('settings.title')}
        className="flex shrink-0 gap-1 overflow-x-auto border-line px-3 pt-1 pb-2 max-md:border-b md:w-50 md:flex-col md:overflow-y-auto"
      >
        {tabs.map((name) => (
          <Tabs.Trigger
            key={name}
            value={name}
            ref={name === shown ? shownTab : null}
            className="flex h-9 shrink-0 items-center rounded-lg px-3 text-sm whitespace-nowrap text-ink-2 transition-colors hover:bg-hover hover:text-ink data-[state=active]:bg-pressed data-[state=active]:text-ink touch:h-11"
          >
            {t(`settings.tabs.${name}`)}
          </Tabs.Trigger>
        ))}
      </Tabs.List>
      <Tabs.Content
        value={shown}
        className="min-h-0 grow overflow-y-auto px-5 pb-6 -outline-offset-2 md:pr-6 md:pl-4"
      >
        <Suspense>
          <Panel />
        </Suspense>
      </Tabs.Content>
    </Tabs.Root>
  )
}
