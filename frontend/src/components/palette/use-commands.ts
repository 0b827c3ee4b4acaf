import { Keyboard, Languages, Monitor, Moon, Settings, SquarePen, Sun } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { useNavigate } from 'react-router'
import type { PaletteOption } from '@/components/palette/palette-option'
import { LANGUAGE_NAMES } from '@/components/settings/preference-choices'
import { useSettingsDialog } from '@/hooks/use-settings-dialog'
import { LANGUAGES } from '@/lib/language'
import { keyCaps } from '@/lib/shortcuts'
import { usePreferences } from '@/stores/preferences'

/** Commands for every page, without those that would change nothing. */
export function useCommands(): PaletteOption[] {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const { open } = useSettingsDialog()
  const { theme, language, setTheme, setLanguage } = usePreferences()
  const command = (
    id: string,
    text: string,
    Icon: typeof Sun,
    run: () => void,
    caps?: string[],
  ): PaletteOption => ({ kind: 'command', id, text, Icon, run, ...(caps && { caps }) })
  const themes = [
    { value: 'light', Icon: Sun },
    { value: 'dark', Icon: Moon },
    { value: 'system', Icon: Monitor },
  ] as const

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
    ...themes
      .filter(({ value }) => value !== theme)
      .map(({ value, Icon }) =>
        command(value, t('palette.theme', { name: t(`settings.${value}`) }), Icon, () => setTheme(value)),
      ),
    ...LANGUAGES.filter((value) => value !== language).map((value) =>
      command(value, t('palette.language', { name: LANGUAGE_NAMES[value] }), Languages, () =>
        setLanguage(value),
      ),
    ),
  ]
}
