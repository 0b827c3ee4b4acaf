export const LANGUAGES = ['zh-TW', 'en'] as const

export type Language = (typeof LANGUAGES)[number]

/** The language of a first visit: Traditional Chinese for any Chinese, otherwise English. */
export function preferredLanguage(wanted: readonly string[]): Language {
  return wanted[0]?.toLowerCase().startsWith('zh') ? 'zh-TW' : 'en'
}
