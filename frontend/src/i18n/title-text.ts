import type { TFunction } from 'i18next'

/** The server's title of a conversation before it has a name. */
const UNNAMED = 'New Conversation'

/** The title to show for a conversation. */
export function titleText(t: TFunction, title: string): string {
  return title === UNNAMED ? t('sidebar.unnamed') : title
}
