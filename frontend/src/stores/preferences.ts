import { create } from 'zustand'
import { persist } from 'zustand/middleware'
import type { SendKey } from '@/lib/composer-keys'
import { type Language, preferredLanguage } from '@/lib/language'

export type Theme = 'light' | 'dark' | 'system'

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

/** What a person chose for this browser. `theme.js` reads the same entry before the first paint. */
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
    { name: 'preferences' },
  ),
)
