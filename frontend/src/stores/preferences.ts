import { create } from 'zustand'
import { persist } from 'zustand/middleware'
import { SEND_KEYS, type SendKey } from '@/lib/composer-keys'
import { type Language, LANGUAGES, preferredLanguage } from '@/lib/language'
import { z } from '@/lib/schema'
import { checkedStorage } from '@/stores/checked-storage'

const THEMES = ['light', 'dark', 'system'] as const

export type Theme = (typeof THEMES)[number]

export const TEXT_SIZES = ['small', 'medium', 'large', 'huge'] as const

type TextSize = (typeof TEXT_SIZES)[number]

interface Preferences {
  theme: Theme
  language: Language
  textSize: TextSize
  sendKey: SendKey
  isSidebarOpen: boolean
  setTheme: (theme: Theme) => void
  setLanguage: (language: Language) => void
  setTextSize: (textSize: TextSize) => void
  setSendKey: (sendKey: SendKey) => void
  setSidebarOpen: (isOpen: boolean) => void
}

/** Fields may be missing: earlier versions stored fewer. */
const storedSchema = z.object({
  theme: z.optional(z.enum(THEMES)),
  language: z.optional(z.enum(LANGUAGES)),
  textSize: z.optional(z.enum(TEXT_SIZES)),
  sendKey: z.optional(z.enum(SEND_KEYS)),
  isSidebarOpen: z.optional(z.boolean()),
})

/** The user's preferences for this browser. `theme.js` reads the same entry before the first paint. */
export const usePreferences = create<Preferences>()(
  persist(
    (set) => ({
      theme: 'system',
      language: preferredLanguage(navigator.languages),
      textSize: 'medium',
      sendKey: 'enter',
      isSidebarOpen: true,
      setTheme: (theme) => set({ theme }),
      setLanguage: (language) => set({ language }),
      setTextSize: (textSize) => set({ textSize }),
      setSendKey: (sendKey) => set({ sendKey }),
      setSidebarOpen: (isSidebarOpen) => set({ isSidebarOpen }),
    }),
    {
      name: 'preferences',
      storage: checkedStorage(storedSchema),
      partialize: ({ theme, language, textSize, sendKey, isSidebarOpen }) => ({
        theme,
        language,
        textSize,
        sendKey,
        isSidebarOpen,
      }),
    },
  ),
)
