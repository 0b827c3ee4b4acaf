import { Ellipsis } from 'lucide-react'
import { lazy } from 'react'
import { useTranslation } from 'react-i18next'
import { IconButton } from '@/components/ui/icon-button'
import { Menu } from '@/components/ui/menu'
import type { Message } from '@/types/api'

const MessageMenuPanel = lazy(() => import('@/components/chat/message/message-menu-panel'))

interface MessageMenuProps {
  message: Message
  onCopy: (text: string) => void
}

/** Menu with the less frequent actions on a message, and its details. */
export function MessageMenu(props: MessageMenuProps) {
  const { t } = useTranslation()
  return (
    <Menu button={<IconButton Icon={Ellipsis} size="sm" label={t('actions.more')} />}>
      {(menu) => <MessageMenuPanel {...menu} {...props} />}
    </Menu>
  )
}
