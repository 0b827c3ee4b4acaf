import { create } from 'zustand'
import { persist } from 'zustand/middleware'
import { SEND_KEYS } from '@/lib/composer-keys'
import { LANGUAGES, preferredLanguage } from '@/lib/language'
import { z } from '@/lib/schema'
import { checkedStorage } from '@/stores/checked-storage'

const THEMES = ['light', 'dark', 'system'] as const

export type Theme = (typeof THEMES)[number]

export const TEXT_SIZES = ['small', 'medium', 'large', 'huge'] as const

/** Fields may be missing: earlier versions stored fewer. */
const storedSchema = z.object({
  theme: z.exactOptional(z.enum(THEMES)),
  language: z.exactOptional(z.enum(LANGUAGES)),
  textSize: z.exactOptional(z.enum(TEXT_SIZES)),
  sendKey: z.exactOptional(z.enum(SEND_KEYS)),
  isSidebarOpen: z.exactOptional(z.boolean()),
})

type Preferences = Required<z.infer<typeof storedSchema>>

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
    { name: 'preferences', storage: checkedStorage(storedSchema) },
  ),
)
