import { useQuery } from '@tanstack/react-query'
import { clsx } from 'clsx'
import { useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useNavigate } from 'react-router'
import { isMissing } from '@/api/api-error'
import { conversationQuery } from '@/api/conversations'
import { ChatHeader } from '@/components/chat/chat-header'
import { ArchivedNotice } from '@/components/chat/archived-notice'
import { ChatComposer } from '@/components/chat/composer/chat-composer'
import { ChatContext } from '@/components/chat/message/chat-context'
import { GoneConversation } from '@/components/chat/thread/gone-conversation'
import { ConnectionStatus } from '@/components/chat/connection-status'
import { MessageLog } from '@/components/chat/thread/message-log'
import { LoadState } from '@/components/ui/load-state'
import { discardItem } from '@/core/outbox/outbox-actions'
import { useConversationSession } from '@/hooks/use-conversation-session'
import { useThread } from '@/hooks/use-thread'
import { titleText } from '@/i18n/title-text'
import { useIsBusy, useLive } from '@/stores/live'

interface ChatViewProps {
  /** Must also be the component's key. */
  id: string
  /** The message to scroll to, if the conversation is opened at one. */
  targetId: string | null
}

export function ChatView({ id, targetId }: ChatViewProps) {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const { query, isLocalOnly, messages, outbox, hasOlder, hasNewer, activeId } = useThread(id)
  const { data: conversation, error } = useQuery({ ...conversationQuery(id), enabled: !isLocalOnly })
  const isGone = useLive(
    ({ connection }) => connection.kind === 'closed' && connection.reason === 'no-conversation',
  )
  const session = useConversationSession(id, query.isSuccess || isLocalOnly)
  // The user comes from the new-chat page, where the composer is in the middle.
  const [isNew] = useState(isLocalOnly)
  const isBusy = useIsBusy()
  const chat = useMemo(() => ({ conversationId: id, session }), [id, session])

  if (isGone || isMissing(error) || isMissing(query.error)) return <GoneConversation outbox={outbox} />
  const title = titleText(t, conversation?.title ?? '')
  return (
    <ChatContext value={chat}>
      {title !== '' && <title>{`${title} · ${t('app.name')}`}</title>}
      <ChatHeader conversation={conversation} />
      {query.isSuccess || isLocalOnly ? (
        <MessageLog
          conversationId={id}
          messages={messages}
          hasOlder={hasOlder}
          hasNewer={hasNewer}
          targetId={targetId}
          outbox={outbox}
          activeId={activeId}
          onDiscard={(item) => {
            discardItem(item.id)
            if (item.begins && outbox.length === 1) void navigate('/')
          }}
        />
      ) : (
        <LoadState
          isError={query.isError}
          errorText={t('chat.loadFailed')}
          onRetry={() => void query.refetch()}
          className="m-auto items-center"
        />
      )}
      <div className="px-3 pb-[max(0.75rem,env(safe-area-inset-bottom))] md:px-6 print:hidden low:pb-1">
        <ConnectionStatus isAnswering={activeId !== null} />
        <div className={clsx('mx-auto max-w-column', isNew && 'animate-settle')}>
          {conversation?.is_archived && <ArchivedNotice conversationId={id} />}
          <ChatComposer
            conversationId={id}
            activeId={activeId}
            editableId={isBusy ? undefined : messages.findLast(({ role }) => role === 'user')?.id}
            session={session}
          />
        </div>
      </div>
    </ChatContext>
  )
}
