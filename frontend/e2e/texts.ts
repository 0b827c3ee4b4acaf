/** The words of the pages, by which people and tests find their way, in each language. */
import { en } from '@/i18n/en'
import { zhTW } from '@/i18n/zh-TW'
import type { Translation } from '@/i18n/translation'

export type Language = 'en' | 'zh-TW'

export const TEXTS: Record<Language, Translation> = { en, 'zh-TW': zhTW }

/** The text with its blanks filled in. */
export function filled(text: string, values: Record<string, string | number>): string {
  return text.replace(/\{\{(\w+)\}\}/g, (_, name: string) => String(values[name]))
}
