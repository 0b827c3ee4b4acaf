import { useTranslation } from 'react-i18next'
import { useLocation } from 'react-router'
import { NewChat } from '@/components/chat/new-chat'

/** Each visit begins another chat. */
export function NewChatPage() {
  const { t } = useTranslation()
  const { key } = useLocation()
  return (
    <>
      <title>{t('app.name')}</title>
      <NewChat key={key} />
    </>
  )
}
