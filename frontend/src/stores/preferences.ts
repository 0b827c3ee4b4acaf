import { create } from 'zustand'
import { persist } from 'zustand/middleware'
import { type Language, preferredLanguage } from '@/lib/language'

export type Theme = 'light' | 'dark' | 'system'

interface Preferences {
  theme: Theme
  language: Language
  isSidebarOpen: boolean
  setTheme: (theme: Theme) => void
  setLanguage: (language: Language) => void
  setSidebarOpen: (isOpen: boolean) => void
}

/** What a person chose for this browser. `public/theme.js` reads the same entry before the first paint. */
export const usePreferences = create<Preferences>()(
  persist(
    (set) => ({
      theme: 'system',
      language: preferredLanguage(navigator.languages),
      isSidebarOpen: true,
      setTheme: (theme) => set({ theme }),
      setLanguage: (language) => set({ language }),
      setSidebarOpen: (isSidebarOpen) => set({ isSidebarOpen }),
    }),
    { name: 'preferences' },
  ),
)
