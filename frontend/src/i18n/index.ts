import i18next from 'i18next'
import { initReactI18next } from 'react-i18next'
import { en } from '@/i18n/en'
import { zhTW } from '@/i18n/zh-TW'
import type { Language } from '@/lib/language'

export async function startI18n(language: Language): Promise<void> {
  await i18next.use(initReactI18next).init({
    lng: language,
    fallbackLng: 'zh-TW',
    resources: { 'zh-TW': { translation: zhTW }, en: { translation: en } },
    interpolation: { escapeValue: false },
  })
}

/** Switches the screen, and tells the browser and screen readers. */
export async function setLanguage(language: Language): Promise<void> {
  document.documentElement.lang = language
  await i18next.changeLanguage(language)
}
