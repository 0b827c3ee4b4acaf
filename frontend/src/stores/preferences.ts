import { create } from 'zustand'
import { persist } from 'zustand/middleware'
import { SEND_KEYS } from '@/lib/composer-keys'
import { LANGUAGES, preferredLanguage } from '@/lib/language'
import { z } from '@/lib/schema'
import { checkedStorage } from '@/stores/checked-storage'

const THEMES = ['light', 'dark', 'system'] as const

export type Theme = (typeof THEMES)[number]

export const TEXT_SIZES = ['small', 'medium', 'large', 'huge'] as const

const preferencesSchema = z.object({
  theme: z.enum(THEMES),
  language: z.enum(LANGUAGES),
  textSize: z.enum(TEXT_SIZES),
  sendKey: z.enum(SEND_KEYS),
  isSidebarOpen: z.boolean(),
})

type Preferences = z.infer<typeof preferencesSchema>

/** The user's preferences for this browser. `theme.js` reads the same entry before the first paint. */
export const usePreferences = create<Preferences>()(
  persist(
    (): Preferences => ({
      theme: 'system',
      language: preferredLanguage(navigator.languages),
      textSize: 'medium',
      sendKey: 'enter',
      isSidebarOpen: true,
    }),
    // Fields may be missing: earlier versions stored fewer.
    { name: 'preferences', storage: checkedStorage(z.partial(preferencesSchema)) },
  ),
)
