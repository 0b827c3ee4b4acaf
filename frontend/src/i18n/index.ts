import i18next, { type FormatterModule } from 'i18next'
import { initReactI18next } from 'react-i18next'
import type { LabTexts, Translation } from '@/i18n/translation'
import { basePath } from '@/lib/base-path'
import type { Language } from '@/lib/language'

const NAMESPACE = 'translation'

/** The texts by namespace. Only the selected language is loaded, and a page's own namespace only with the page. */
const TEXTS = {
  [NAMESPACE]: {
    'zh-TW': async () => (await import('@/i18n/zh-TW')).zhTW,
    en: async () => (await import('@/i18n/en')).en,
  } satisfies Record<Language, () => Promise<Translation>>,
  lab: {
    'zh-TW': async () => (await import('@/i18n/lab.zh-TW')).lab,
    en: async () => (await import('@/i18n/lab.en')).lab,
  } satisfies Record<Language, () => Promise<LabTexts>>,
}

/** Groups the digits of large numbers in every text. */
const groupDigits: FormatterModule = {
  type: 'formatter',
  init: () => undefined,
  add: () => undefined,
  addCached: () => undefined,
  format: (value: unknown, _format, language) =>
    typeof value === 'number' ? value.toLocaleString(language) : (value as string),
}

const used = new Set<keyof typeof TEXTS>([NAMESPACE])

export async function startI18n(language: Language): Promise<void> {
  await i18next
    .use(initReactI18next)
    .use(groupDigits)
    .init({
      lng: language,
      fallbackLng: false,
      resources: { [language]: { [NAMESPACE]: await TEXTS[NAMESPACE][language]() } },
      interpolation: {
        escapeValue: false,
        defaultVariables: { basePath },
        alwaysFormat: true,
      },
      // The types find missing keys; this finds keys built at run time.
      saveMissing: true,
      missingKeyHandler: (_languages, _namespace, key) => console.error(`No text for ${key}`),
    })
}

/** Switches the language of the page and its `lang` attribute. */
export async function setLanguage(language: Language): Promise<void> {
  document.documentElement.lang = language
  // Includes namespaces that pages begin to use meanwhile.
  for (const namespace of used) await load(language, namespace)
  // The user may have chosen another language while this one loaded.
  if (document.documentElement.lang === language) await i18next.changeLanguage(language)
}

/** Loads the texts of a page that has its own namespace, in the current language and each later one. */
export async function loadTexts(namespace: keyof typeof TEXTS): Promise<void> {
  used.add(namespace)
  await load(i18next.language as Language, namespace)
}

async function load(language: Language, namespace: keyof typeof TEXTS): Promise<void> {
  if (i18next.hasResourceBundle(language, namespace)) return
  i18next.addResourceBundle(language, namespace, await TEXTS[namespace][language]())
}
