import { useQuery } from '@tanstack/react-query'
import { clsx } from 'clsx'
import { useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { conversationQuery } from '@/api/conversations'
import { ChatContext } from '@/components/chat/chat-context'
import { Composer } from '@/components/chat/composer'
import { ConnectionLine } from '@/components/chat/connection-line'
import { MessageLog } from '@/components/chat/message-log'
import { ModelNotice } from '@/components/chat/model-notice'
import { ModelPicker } from '@/components/chat/model-picker'
import { PanelHeader } from '@/components/layout/panel-header'
import { SavedChatSettings } from '@/components/settings/saved-chat-settings'
import { Button } from '@/components/ui/button'
import { MessagePanel } from '@/components/ui/message-panel'
import { Spinner } from '@/components/ui/spinner'
import { useConversationLink } from '@/hooks/use-conversation-link'
import { useChangeConversation } from '@/hooks/use-conversations'
import { useThread } from '@/hooks/use-thread'
import { isMissing } from '@/api/api-error'
import { createUuid } from '@/lib/uuid'
import { useLive } from '@/stores/live'
import { useTurns } from '@/stores/turns'

interface ChatViewProps {
  /** Give it as key too. */
  id: string
}

export function ChatView({ id }: ChatViewProps) {
  const { t } = useTranslation()
  const { data: conversation, error } = useQuery(conversationQuery(id))
  const { query, messages, turns, hasOlder, activeId } = useThread(id)
  const isGone = useLive(
    ({ connection }) => connection.kind === 'closed' && connection.reason === 'no-conversation',
  )
  const link = useConversationLink(id, query.isSuccess)
  const stopping = useLive((state) => state.stopping)
  const { mutate: change } = useChangeConversation()
  // Straight from the page that begins a chat, where the composer stood in the middle.
  const [isNew] = useState(() => messages.length === 0 && turns.length > 0)
  const isBusy = activeId !== null || turns.some(({ failure }) => !failure)
  const chat = useMemo(
    () => ({ conversationId: id, isBusy, startTurn: link.send.bind(link) }),
    [id, isBusy, link],
  )

  if (isGone || isMissing(error) || isMissing(query.error)) return <GoneConversation />
  const title = conversation?.title ?? ''
  return (
    <ChatContext value={chat}>
      {title !== '' && <title>{`${title} · ${t('app.name')}`}</title>}
      <PanelHeader title={title}>
        {conversation && <SavedChatSettings conversation={conversation} />}
      </PanelHeader>
      {query.isSuccess ? (
        <MessageLog
          conversationId={id}
          messages={messages}
          hasOlder={hasOlder}
          turns={turns}
          activeId={activeId}
          onResend={({ command }) => link.resend(command)}
          onDiscard={({ command }) => useTurns.getState().remove(id, command.client_id)}
        />
      ) : (
        <LoadingMessages hasFailed={query.isError} onRetry={() => void query.refetch()} />
      )}
      <div className="px-3 pb-[max(0.75rem,env(safe-area-inset-bottom))] md:px-6">
        <ConnectionLine />
        <div className={clsx('mx-auto max-w-column', isNew && 'animate-settle')}>
          <Composer
            key={id}
            draftKey={id}
            canSend={!isBusy && query.isSuccess}
            onSend={(content) => {
              link.send({ type: 'chat.message', client_id: createUuid(), content })
              return true
            }}
            stop={
              activeId === null
                ? undefined
                : { isStopping: stopping === activeId, onStop: () => link.stop(activeId) }
            }
          >
            <ModelPicker
              value={conversation?.model ?? null}
              onChange={(model) => change({ id, change: { model } })}
            />
          </Composer>
          <div className="mt-2">
            <ModelNotice model={conversation?.model ?? null} />
          </div>
        </div>
      </div>
    </ChatContext>
  )
}

function LoadingMessages({ hasFailed, onRetry }: { hasFailed: boolean; onRetry: () => void }) {
  const { t } = useTranslation()
  return (
    <div className="flex grow flex-col items-center justify-center gap-3">
      {hasFailed ? (
        <>
          <p role="alert">{t('chat.loadFailed')}</p>
          <Button variant="outline" onClick={onRetry}>
            {t('app.tryAgain')}
          </Button>
        </>
      ) : (
        <Spinner label={t('app.loading')} />
      )}
    </div>
  )
}

function GoneConversation() {
  const { t } = useTranslation()
  return (
    <>
      <PanelHeader title="" />
      <MessagePanel title={t('chat.goneTitle')} text={t('chat.goneText')}>
        <Link
          to="/"
          className="inline-flex h-10 items-center rounded-lg bg-accent px-4 text-sm font-medium text-on-accent hover:bg-accent-hover"
        >
          {t('sidebar.newChat')}
        </Link>
      </MessagePanel>
    </>
  )
}
