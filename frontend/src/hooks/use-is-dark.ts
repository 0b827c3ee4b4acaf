import { useMediaQuery } from '@/hooks/use-media-query'
import { usePreferences } from '@/stores/preferences'

/** Whether the page is dark, by choice or by the system. */
export function useIsDark(): boolean {
  const theme = usePreferences((state) => state.theme)
  const systemIsDark = useMediaQuery('(prefers-color-scheme: dark)')
  return theme === 'dark' || (theme === 'system' && systemIsDark)
}
