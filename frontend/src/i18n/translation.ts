import type { zhTW } from '@/i18n/zh-TW'

type Texts<T> = { readonly [K in keyof T]: T[K] extends string ? string : Texts<T[K]> }

/** What every language has to say: the keys of the first one. */
export type Translation = Texts<typeof zhTW>
