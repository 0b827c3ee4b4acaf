export const LANGUAGES = ['zh-TW', 'en'] as const

export type Language = (typeof LANGUAGES)[number]

/** The language for a first visit: any Chinese is Traditional Chinese, all else English. */
export function preferredLanguage(wanted: readonly string[]): Language {
  return wanted[0]?.toLowerCase().startsWith('zh') ? 'zh-TW' : 'en'
}
