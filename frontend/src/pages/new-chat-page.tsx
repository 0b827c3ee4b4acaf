import { useTranslation } from 'react-i18next'
import { NewChat } from '@/components/chat/new-chat'
import { usePageKey } from '@/hooks/use-settings-dialog'

/** Each visit starts a new chat. */
export function NewChatPage() {
  const { t } = useTranslation()
  const key = usePageKey()
  return (
    <>
      <title>{t('app.name')}</title>
      <NewChat key={key} />
    </>
  )
}
