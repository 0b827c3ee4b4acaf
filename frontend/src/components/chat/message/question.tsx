import { Pencil } from 'lucide-react'
import { memo } from 'react'
import { useTranslation } from 'react-i18next'
import { useChat } from '@/components/chat/message/chat-context'
import { MessageActions } from '@/components/chat/message/message-actions'
import { QuestionBubble } from '@/components/chat/message/question-bubble'
import { QuestionEditor } from '@/components/chat/message/question-editor'
import { IconButton } from '@/components/ui/icon-button'
import { useMessagePlace } from '@/hooks/use-log'
import { useEditing } from '@/stores/editing'
import { useIsBusy } from '@/stores/live'
import { useIsMarked } from '@/stores/marked-message'
import type { Message } from '@/types/api'

interface QuestionProps {
  message: Message
}

export const Question = memo(function Question({ message }: QuestionProps) {
  const { t } = useTranslation()
  const isEditing = useEditing(({ messageId }) => messageId === message.id)
  const isMarked = useIsMarked(message.id)
  const place = useMessagePlace(message.id, true)
  if (isEditing) return <EditedQuestion message={message} />
  return (
    <article
      ref={place}
      aria-label={t('chat.you')}
      aria-current={isMarked || undefined}
      className="message group/message flex flex-col items-end not-first:mt-6"
    >
      <QuestionBubble text={message.content} />
      <MessageActions message={message} isAlwaysShown={false} className="mt-0.5 mb-2">
        <EditButton id={message.id} />
      </MessageActions>
    </article>
  )
})

function EditButton({ id }: { id: string }) {
  const { t } = useTranslation()
  const isBusy = useIsBusy()
  return (
    <IconButton
      size="sm"
      label={t('actions.edit')}
      disabled={isBusy}
      onClick={() => useEditing.getState().edit(id)}
    >
      <Pencil aria-hidden />
    </IconButton>
  )
}

function EditedQuestion({ message }: QuestionProps) {
  const { session } = useChat()
  const isBusy = useIsBusy()
  const edit = useEditing((state) => state.edit)
  return (
    <QuestionEditor
      text={message.content}
      canSend={!isBusy}
      onCancel={() => edit(null)}
      onSend={(content) => {
        edit(null)
        session.send({ type: 'chat.edit', message_id: message.id, content })
      }}
    />
  )
}
