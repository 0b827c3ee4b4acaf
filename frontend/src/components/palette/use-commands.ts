import { Keyboard, Languages, type LucideIcon, Settings, SquarePen } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { useNavigate } from 'react-router'
import type { PaletteOption } from '@/components/palette/palette-option'
import { LANGUAGE_NAMES, THEMES } from '@/components/settings/preference-choices'
import { useSettingsDialog } from '@/hooks/use-settings-dialog'
import { LANGUAGES } from '@/lib/language'
import { keyCaps } from '@/lib/shortcuts'
import { usePreferences } from '@/stores/preferences'

/** The commands of every page that would change something now. */
export function useCommands(): PaletteOption[] {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const { open } = useSettingsDialog()
  const { theme, language } = usePreferences()
  const command = (
    id: string,
    text: string,
    Icon: LucideIcon,
    run: () => void,
    caps?: string[],
  ): PaletteOption => ({ kind: 'command', id, text, Icon, run, ...(caps && { caps }) })

  return [
    command('new-chat', t('sidebar.newChat'), SquarePen, () => void navigate('/'), keyCaps('newChat')),
    command('settings', t('settings.title'), Settings, () => open('general'), keyCaps('settings')),
    command(
      'shortcuts',
      t('settings.tabs.shortcuts'),
      Keyboard,
      () => open('shortcuts'),
      keyCaps('shortcuts'),
    ),
    ...THEMES.filter((one) => one.theme !== theme).map(({ theme: value, Icon }) =>
      command(value, t('palette.theme', { name: t(`settings.${value}`) }), Icon, () =>
        usePreferences.setState({ theme: value }),
      ),
    ),
    ...LANGUAGES.filter((value) => value !== language).map((value) =>
      command(value, t('palette.language', { name: LANGUAGE_NAMES[value] }), Languages, () =>
        usePreferences.setState({ language: value }),
      ),
    ),
  ]
}
