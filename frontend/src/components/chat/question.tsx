import { Pencil } from 'lucide-react'
import { memo } from 'react'
import { useTranslation } from 'react-i18next'
import { useChat } from '@/components/chat/chat-context'
import { MessageActions } from '@/components/chat/message-actions'
import { QuestionBubble } from '@/components/chat/question-bubble'
import { QuestionEditor } from '@/components/chat/question-editor'
import { IconButton } from '@/components/ui/icon-button'
import { createUuid } from '@/lib/uuid'
import { useEditing } from '@/stores/editing'
import type { Message } from '@/types/api'

interface QuestionProps {
  message: Message
}

export const Question = memo(function Question({ message }: QuestionProps) {
  const { t } = useTranslation()
  const { isBusy, startTurn } = useChat()
  const isEditing = useEditing(({ messageId }) => messageId === message.id)
  const edit = useEditing((state) => state.edit)

  if (isEditing) {
    return (
      <QuestionEditor
        text={message.content}
        canSend={!isBusy}
        onCancel={() => edit(null)}
        onSend={(content) => {
          edit(null)
          startTurn({ type: 'chat.edit', client_id: createUuid(), message_id: message.id, content })
        }}
      />
    )
  }
  return (
    <article
      aria-label={t('chat.you')}
      data-message-id={message.id}
      className="group/message flex flex-col items-end not-first:mt-6"
    >
      <QuestionBubble text={message.content} />
      <MessageActions message={message} isAlwaysShown={false} className="mt-0.5 mb-2">
        <IconButton size="sm" label={t('actions.edit')} disabled={isBusy} onClick={() => edit(message.id)}>
          <Pencil aria-hidden />
        </IconButton>
      </MessageActions>
    </article>
  )
})
