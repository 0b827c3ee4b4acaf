/** The texts of the pages in each language, by which tests find controls. */
import { en } from '@/i18n/en'
import { zhTW } from '@/i18n/zh-TW'
import { lab as labEn } from '@/i18n/lab.en'
import { lab as labZhTW } from '@/i18n/lab.zh-TW'
import type { LabTexts, Translation } from '@/i18n/translation'
import type { Language } from '@/lib/language'

export type { Language }

export const TEXTS: Record<Language, Translation & { lab: LabTexts }> = {
  en: { ...en, lab: labEn },
  'zh-TW': { ...zhTW, lab: labZhTW },
}

/** Fills in the placeholders of a text. */
export function filled(text: string, values: Record<string, string | number>): string {
  return text.replace(/\{\{(\w+)\}\}/g, (_, name: string) => String(values[name]))
}
