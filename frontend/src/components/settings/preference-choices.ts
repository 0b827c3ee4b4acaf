import { Monitor, Moon, Sun } from 'lucide-react'
import type { Language } from '@/lib/language'
import type { Theme } from '@/stores/preferences'

export const THEMES: readonly { theme: Theme; Icon: typeof Sun }[] = [
  { theme: 'light', Icon: Sun },
  { theme: 'dark', Icon: Moon },
  { theme: 'system', Icon: Monitor },
]

/** Each language by its own name, so that users can find theirs. */
export const LANGUAGE_NAMES: Record<Language, string> = { 'zh-TW': '繁體中文', en: 'English' }
