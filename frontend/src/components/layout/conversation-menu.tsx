import { clsx } from 'clsx'
import { Ellipsis } from 'lucide-react'
import { lazy } from 'react'
import { useTranslation } from 'react-i18next'
import { IconButton } from '@/components/ui/icon-button'
import { Menu } from '@/components/ui/menu'
import { titleText } from '@/i18n/title-text'
import type { ConversationSummary } from '@/types/api'

const ConversationMenuPanel = lazy(() => import('@/components/layout/conversation-menu-panel'))

interface ConversationMenuProps {
  conversation: ConversationSummary
  isShown: boolean
  onRename: () => void
  onPin: () => void
}

export function ConversationMenu({ isShown, ...props }: ConversationMenuProps) {
  const { t } = useTranslation()
  return (
    <Menu
      button={
        <IconButton
          Icon={Ellipsis}
          size="sm"
          label={t('sidebar.menu', { title: titleText(t, props.conversation.title) })}
          className={clsx(
            'mx-1 group-focus-within/item:opacity-100 group-hover/item:opacity-100 data-[state=open]:opacity-100 touch:opacity-100',
            !isShown && 'opacity-0',
          )}
        />
      }
    >
      {(menu) => <ConversationMenuPanel {...menu} {...props} />}
    </Menu>
  )
}
