import { useQuery } from '@tanstack/react-query'
import { CopyCheck, Play, Trash2 } from 'lucide-react'
import { lazy, useId, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { deleteMessage } from '@/api/conversations'
import { modelsQuery } from '@/api/models'
import { useChat } from '@/components/chat/message/chat-context'
import { RegenerateItems } from '@/components/chat/message/regenerate-items'
import { FromFirstUse } from '@/components/ui/from-first-use'
import type { MenuState } from '@/components/ui/menu'
import { MenuItem, MenuSeparator } from '@/components/ui/menu-items'
import MenuPanel from '@/components/ui/menu-panel'
import { useCanContinue } from '@/hooks/use-can-continue'
import { useThreadMutation } from '@/hooks/use-thread-mutation'
import { markdownToText } from '@/markdown/plain-text/plain-text'
import { useIsBusy } from '@/stores/live'
import type { Message } from '@/types/api'

const ModelDialog = lazy(() => import('@/components/models/model-dialog'))

interface MessageMenuPanelProps extends MenuState {
  message: Message
  onCopy: (text: string) => void
}

/** The less frequent actions on a message, and its details, in a separate chunk. */
export default function MessageMenuPanel({ message, onCopy, ...menu }: MessageMenuPanelProps) {
  const { t } = useTranslation()
  const detailsId = useId()
  const { session } = useChat()
  const isBusy = useIsBusy()
  const canContinue = useCanContinue(message)
  const { data } = useQuery(modelsQuery)
  const [isSearching, setSearching] = useState(false)
  const others = data?.models.filter(({ id, available }) => available && id !== message.model_used) ?? []
  const regenerate = (model: string) =>
    session.send({ type: 'chat.regenerate', message_id: message.id, model })
  return (
    <>
      <MenuPanel {...menu} align="start" aria-describedby={detailsId}>
        <MessageDetails id={detailsId} message={message} />
        <MenuSeparator />
        <MenuItem
          Icon={CopyCheck}
          text={t('actions.copyText')}
          onSelect={() => onCopy(markdownToText(message.content))}
        />
        {canContinue && (
          <MenuItem
            Icon={Play}
            text={t('actions.continue')}
            disabled={isBusy}
            onSelect={() => session.send({ type: 'chat.continue', message_id: message.id })}
          />
        )}
        {message.role === 'assistant' && (
          <RegenerateItems others={others} onChoose={regenerate} onSearch={() => setSearching(true)} />
        )}
        <DeleteItem message={message} />
      </MenuPanel>
      <FromFirstUse isUsed={isSearching}>
        <ModelDialog
          isOpen={isSearching}
          onClose={() => setSearching(false)}
          models={others}
          chosen=""
          onChoose={regenerate}
        />
      </FromFirstUse>
    </>
  )
}

/** Deletes the message and everything after it, permanently, so the item asks for confirmation in place. */
function DeleteItem({ message }: { message: Message }) {
  const { t } = useTranslation()
  const { conversationId } = useChat()
  const isBusy = useIsBusy()
  const { mutate: remove } = useThreadMutation(conversationId, deleteMessage)
  const [isAsking, setIsAsking] = useState(false)
  return (
    <MenuItem
      Icon={Trash2}
      text={t(isAsking ? 'actions.deleteSure' : 'actions.delete')}
      tone="danger"
      disabled={isBusy}
      onClick={(event) => {
        // The second half of a double click does not answer the question.
        if (event.detail > 1) event.preventDefault()
      }}
      onSelect={(event) => {
        if (isAsking) {
          remove(message.id)
          return
        }
        event.preventDefault()
        setIsAsking(true)
      }}
    />
  )
}

/** A menu may not contain a description list, so it is linked as the menu's description. */
function MessageDetails({ id, message }: { id: string; message: Message }) {
  const { t, i18n } = useTranslation()
  const number = (value: number) => value.toLocaleString(i18n.language)
  const { model_used: model, prompt_tokens: prompt, completion_tokens: completion } = message
  const rows = [
    ...(model === '' ? [] : [[t('details.model'), model]]),
    ...(prompt === null ? [] : [[t('details.prompt'), number(prompt)]]),
    ...(completion === null ? [] : [[t('details.completion'), number(completion)]]),
    [t('details.time'), new Date(message.created_at).toLocaleString(i18n.language)],
  ]
  return (
    <div
      id={id}
      className="grid grid-cols-[auto_1fr] gap-x-4 gap-y-0.5 px-2.5 py-1.5 text-xs text-ink-3 tabular-nums"
    >
      {rows.map(([name, value]) => (
        <div key={name} className="col-span-2 grid grid-cols-subgrid">
          {name} <span className="text-right text-ink-2">{value}</span>
        </div>
      ))}
    </div>
  )
}
