import { clsx } from 'clsx'
import { Check, ChevronLeft, ChevronRight, Copy, Ellipsis } from 'lucide-react'
import { lazy, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { showBranch } from '@/api/conversations'
import { useChat } from '@/components/chat/message/chat-context'
import { IconButton } from '@/components/ui/icon-button'
import { Menu } from '@/components/ui/menu'
import { useCopy } from '@/hooks/use-copy'
import { useThreadMutation } from '@/hooks/use-thread-mutation'
import { useIsBusy } from '@/stores/live'
import type { Message } from '@/types/api'

const MessageMenuPanel = lazy(() => import('@/components/chat/message/message-menu-panel'))

interface MessageActionsProps {
  message: Message
  /** Shows the actions always, as for the newest message; otherwise on hover, focus or touch. */
  isAlwaysShown: boolean
  className?: string
  children?: ReactNode
  /** Shown after the buttons. */
  details?: ReactNode
}

export function MessageActions({
  message,
  isAlwaysShown,
  className,
  children,
  details,
}: MessageActionsProps) {
  const { t } = useTranslation()
  const { isCopied, copy } = useCopy()
  return (
    <div
      role="group"
      aria-label={t('actions.group')}
      className={clsx(
        'flex min-h-8 items-center gap-0.5 transition-opacity print:hidden touch:min-h-9 touch:opacity-100',
        className,
        !isAlwaysShown && 'opacity-0 group-focus-within/message:opacity-100 group-hover/message:opacity-100',
      )}
    >
      <SiblingSwitch message={message} />
      <IconButton
        Icon={isCopied ? Check : Copy}
        className={isCopied ? 'text-accent!' : undefined}
        size="sm"
        label={isCopied ? t('actions.copied') : t('actions.copy')}
        onClick={() => void copy(message.content)}
      />
      {children}
      <Menu button={<IconButton Icon={Ellipsis} size="sm" label={t('actions.more')} />}>
        {(menu) => <MessageMenuPanel {...menu} message={message} onCopy={(text) => void copy(text)} />}
      </Menu>
      {details}
    </div>
  )
}

function SiblingSwitch({ message }: { message: Message }) {
  const { t } = useTranslation()
  const { conversationId } = useChat()
  const isBusy = useIsBusy()
  const { mutate: show, isPending } = useThreadMutation(conversationId, showBranch)
  const { sibling_ids: ids } = message
  if (ids.length < 2) return null

  const index = ids.indexOf(message.id)
  const previous = ids[index - 1]
  const next = ids[index + 1]
  return (
    <span className="flex items-center text-xs text-ink-2 tabular-nums">
      <IconButton
        Icon={ChevronLeft}
        size="sm"
        label={t('actions.previous')}
        disabled={isBusy || isPending || previous === undefined}
        onClick={() => previous !== undefined && show(previous)}
      />
      <span aria-label={t('actions.version', { index: index + 1, total: ids.length })} role="img">
        {index + 1}/{ids.length}
      </span>
      <IconButton
        Icon={ChevronRight}
        size="sm"
        label={t('actions.next')}
        disabled={isBusy || isPending || next === undefined}
        onClick={() => next !== undefined && show(next)}
      />
    </span>
  )
}
