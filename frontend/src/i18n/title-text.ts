import type { TFunction } from 'i18next'

/** What the server calls a conversation until it or its owner has named it. */
const UNNAMED = 'New Conversation'

/** What a conversation is called on the screen. */
export function titleText(t: TFunction, title: string): string {
  return title === UNNAMED ? t('sidebar.unnamed') : title
}
