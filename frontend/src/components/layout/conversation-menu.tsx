import { type ComponentProps, lazy, type ReactElement } from 'react'
import { Menu } from '@/components/ui/menu'
import type { ConversationSummary } from '@/types/api'

const ConversationMenuPanel = lazy(() => import('@/components/layout/conversation-menu-panel'))

interface ConversationMenuProps {
  conversation: ConversationSummary
  button: ReactElement<ComponentProps<'button'>>
  onRename: () => void
}

export function ConversationMenu({ conversation, button, onRename }: ConversationMenuProps) {
  return (
    <Menu button={button}>
      {(menu) => <ConversationMenuPanel {...menu} conversation={conversation} onRename={onRename} />}
    </Menu>
  )
}
