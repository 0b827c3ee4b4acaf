import type { lab } from '@/i18n/lab.zh-TW'
import type { zhTW } from '@/i18n/zh-TW'

type Texts<T> = { readonly [K in keyof T]: T[K] extends string ? string : Texts<T[K]> }

/** The keys each language must have, taken from zh-TW. */
export type Translation = Texts<typeof zhTW>

/** The keys of the lab's own namespace. */
export type LabTexts = Texts<typeof lab>
