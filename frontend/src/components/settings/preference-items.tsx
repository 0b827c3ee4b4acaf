import { Languages, Monitor, Moon, Sun } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { MenuLabel, MenuRadioGroup, MenuRadioItem } from '@/components/ui/menu'
import { LANGUAGES, type Language } from '@/lib/language'
import { type Theme, usePreferences } from '@/stores/preferences'

export const THEMES: readonly { theme: Theme; Icon: typeof Sun }[] = [
  { theme: 'light', Icon: Sun },
  { theme: 'dark', Icon: Moon },
  { theme: 'system', Icon: Monitor },
]

/** Each language by its own name, so that users can find theirs. */
export const LANGUAGE_NAMES: Record<Language, string> = { 'zh-TW': '繁體中文', en: 'English' }

/** Menu items for theme and language. */
export function PreferenceItems() {
  const { t } = useTranslation()
  const { theme, language, setTheme, setLanguage } = usePreferences()
  return (
    <>
      <MenuLabel>{t('settings.theme')}</MenuLabel>
      <MenuRadioGroup value={theme} onValueChange={(value) => setTheme(value as Theme)}>
        {THEMES.map(({ theme: value, Icon }) => (
          <MenuRadioItem key={value} value={value} onSelect={keepOpen}>
            <Icon aria-hidden />
            {t(`settings.${value}`)}
          </MenuRadioItem>
        ))}
      </MenuRadioGroup>
      <MenuLabel>{t('settings.language')}</MenuLabel>
      <MenuRadioGroup value={language} onValueChange={(value) => setLanguage(value as Language)}>
        {LANGUAGES.map((value) => (
          <MenuRadioItem key={value} value={value} onSelect={keepOpen}>
            <Languages aria-hidden />
            <span lang={value}>{LANGUAGE_NAMES[value]}</span>
          </MenuRadioItem>
        ))}
      </MenuRadioGroup>
    </>
  )
}

/** Keeps the menu open after a choice, whose effect is visible at once. */
function keepOpen(event: Event): void {
  event.preventDefault()
}
