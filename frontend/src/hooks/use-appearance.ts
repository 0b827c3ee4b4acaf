import { useEffect } from 'react'
import { setLanguage } from '@/i18n'
import { useIsDark } from '@/hooks/use-is-dark'
import { usePreferences } from '@/stores/preferences'

/** Applies the chosen theme, text size and language to the page. */
export function useAppearance(): void {
  const textSize = usePreferences((state) => state.textSize)
  const language = usePreferences((state) => state.language)
  const isDark = useIsDark()

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
