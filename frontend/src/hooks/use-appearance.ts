import { useEffect } from 'react'
import { setLanguage } from '@/i18n'
import { useMediaQuery } from '@/hooks/use-media-query'
import { usePreferences } from '@/stores/preferences'

/** Puts the chosen theme, text size and language on the page. */
export function useAppearance(): void {
  const theme = usePreferences((state) => state.theme)
  const textSize = usePreferences((state) => state.textSize)
  const language = usePreferences((state) => state.language)
  const systemIsDark = useMediaQuery('(prefers-color-scheme: dark)')
  const isDark = theme === 'dark' || (theme === 'system' && systemIsDark)

  useEffect(() => {
    document.documentElement.dataset['theme'] = isDark ? 'dark' : 'light'
  }, [isDark])

  useEffect(() => {
    document.documentElement.dataset['textSize'] = textSize
  }, [textSize])

  useEffect(() => {
    void setLanguage(language)
  }, [language])
}
