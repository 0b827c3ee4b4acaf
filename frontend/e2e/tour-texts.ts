/** The texts that the user writes on the tour; `search` is the query that finds one of them. */
import type { Language } from './texts'

const english = {
  question: 'How do I read a file?',
  next: 'What is the area of a circle?',
  formula: 'It is $\\pi r^2$, and',
  last: 'What next?',
  search: 'circle',
  title: 'Files and circles',
}

const chinese = {
  question: '怎麼讀取檔案？',
  next: '圓的面積怎麼算？',
  formula: '面積是 $\\pi r^2$，而',
  last: '接下來呢？',
  search: '面積',
  title: '檔案與圓',
}

export const USER_TEXTS: Record<Language, Record<keyof typeof english, string>> = {
  en: english,
  'zh-TW': chinese,
}
