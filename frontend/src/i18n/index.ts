import i18next from 'i18next'
import { initReactI18next } from 'react-i18next'
import type { Translation } from '@/i18n/translation'
import { basePath } from '@/lib/base-path'
import type { Language } from '@/lib/language'

const NAMESPACE = 'translation'

/** Loads only the selected language. */
const TEXTS: Record<Language, () => Promise<Translation>> = {
  'zh-TW': async () => (await import('@/i18n/zh-TW')).zhTW,
  en: async () => (await import('@/i18n/en')).en,
}

export async function startI18n(language: Language): Promise<void> {
  await i18next.use(initReactI18next).init({
    lng: language,
    fallbackLng: false,
    resources: { [language]: { [NAMESPACE]: await TEXTS[language]() } },
    interpolation: { escapeValue: false, defaultVariables: { basePath } },
    // The types find missing keys; this finds keys built at run time.
    saveMissing: true,
    missingKeyHandler: (_languages, _namespace, key) => console.error(`No text for ${key}`),
  })
}

/** Switches the language of the page and its `lang` attribute. */
export async function setLanguage(language: Language): Promise<void> {
  document.documentElement.lang = language
  if (!i18next.hasResourceBundle(language, NAMESPACE)) {
    i18next.addResourceBundle(language, NAMESPACE, await TEXTS[language]())
  }
  // The user may have chosen another language while this one loaded.
  if (document.documentElement.lang === language) await i18next.changeLanguage(language)
}
