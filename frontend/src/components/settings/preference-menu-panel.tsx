import { Languages } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { LANGUAGE_NAMES, THEMES } from '@/components/settings/preference-choices'
import type { MenuState } from '@/components/ui/menu'
import { MenuLabel, MenuRadioGroup, MenuRadioItem } from '@/components/ui/menu-items'
import MenuPanel from '@/components/ui/menu-panel'
import { LANGUAGES, type Language } from '@/lib/language'
import { type Theme, usePreferences } from '@/stores/preferences'

/** The open menu of `PreferenceMenu`, in a separate chunk. */
export default function PreferenceMenuPanel(menu: MenuState) {
  const { t } = useTranslation()
  const { theme, language } = usePreferences()
  return (
    <MenuPanel {...menu} align="end">
      <MenuLabel>{t('settings.theme')}</MenuLabel>
      <MenuRadioGroup
        aria-label={t('settings.theme')}
        value={theme}
        onValueChange={(value) => usePreferences.setState({ theme: value as Theme })}
      >
        {THEMES.map(({ theme: value, Icon }) => (
          <MenuRadioItem key={value} value={value} onSelect={keepOpen}>
            <Icon aria-hidden />
            {t(`settings.${value}`)}
          </MenuRadioItem>
        ))}
      </MenuRadioGroup>
      <MenuLabel>{t('settings.language')}</MenuLabel>
      <MenuRadioGroup
        aria-label={t('settings.language')}
        value={language}
        onValueChange={(value) => usePreferences.setState({ language: value as Language })}
      >
        {LANGUAGES.map((value) => (
          <MenuRadioItem key={value} value={value} onSelect={keepOpen}>
            <Languages aria-hidden />
            <span lang={value}>{LANGUAGE_NAMES[value]}</span>
          </MenuRadioItem>
        ))}
      </MenuRadioGroup>
    </MenuPanel>
  )
}

/** Keeps the menu open after a choice, whose effect is visible immediately. */
function keepOpen(event: Event): void {
  event.preventDefault()
}
