import { Pencil } from 'lucide-react'
import { memo, useEffect, useLayoutEffect, useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { AttachmentList, shownAttachments } from '@/components/attachments/attachment-list'
import { useChat } from '@/components/chat/message/chat-context'
import { MessageActions } from '@/components/chat/message/message-actions'
import { QuestionBubble } from '@/components/chat/message/question-bubble'
import { QuestionEditor } from '@/components/chat/message/question-editor'
import { IconButton } from '@/components/ui/icon-button'
import { discardUploads } from '@/core/uploads/upload-cleanup'
import { registerAttachments } from '@/core/uploads/upload-actions'
import { useChatModel } from '@/hooks/use-chat-model'
import { useMessageRef } from '@/hooks/use-log'
import {
  beginEdit,
  editedQuestion,
  endEdit,
  saveEditedAttachments,
  saveEditedText,
  useEditing,
} from '@/stores/editing'
import { useIsBusy } from '@/stores/live'
import { useIsMarked } from '@/stores/marked-message'
import { showToast } from '@/stores/toasts'
import type { Message } from '@/types/api'

interface QuestionProps {
  message: Message
}

export const Question = memo(function Question({ message }: QuestionProps) {
  const { t } = useTranslation()
  const isEditing = useEditing(({ messageId }) => messageId === message.id)
  const isMarked = useIsMarked(message.id)
  const ref = useMessageRef(message.id, true)
  const attachments = useMemo(() => shownAttachments(message.attachments), [message.attachments])
  if (isEditing) return <EditedQuestion message={message} />
  return (
    <article
      ref={ref}
      aria-label={t('chat.you')}
      aria-current={isMarked || undefined}
      className="message printed-whole group/message flex flex-col items-end not-first:mt-6"
    >
      <AttachmentList attachments={attachments} />
      <QuestionBubble text={message.content} />
      <MessageActions message={message} isAlwaysShown={false} className="mt-0.5 mb-2">
        <EditButton id={message.id} />
      </MessageActions>
    </article>
  )
})

function EditButton({ id }: { id: string }) {
  const { t } = useTranslation()
  const { conversationId } = useChat()
  const isBusy = useIsBusy()
  return (
    <IconButton
      Icon={Pencil}
      size="sm"
      label={t('actions.edit')}
      disabled={isBusy}
      onClick={() => beginEdit(conversationId, id)}
    />
  )
}

function EditedQuestion({ message }: QuestionProps) {
  const { t } = useTranslation()
  const { conversationId, session } = useChat()
  const isBusy = useIsBusy()
  const [before] = useState(() => editedQuestion(message))
  const [ids, setIds] = useState<readonly string[]>(before.ids)
  const { model, change } = useChatModel(conversationId)
  // Before the editor is shown, which shows uploads.
  useLayoutEffect(() => registerAttachments(message.attachments), [message.attachments])
  useEffect(() => saveEditedAttachments(message, ids), [message, ids])

  const cancel = () => {
    const { text } = editedQuestion(message)
    endEdit(message)
    discardUploads(ids)
    if (text === message.content) return
    showToast(t('actions.editDiscarded'), {
      label: t('sidebar.undo'),
      run: () => {
        saveEditedText(message, text)
        beginEdit(conversationId, message.id)
      },
    })
  }
  return (
    <QuestionEditor
      text={before.text}
      ids={ids}
      onChangeIds={setIds}
      model={model}
      onSwitchModel={(to) => change({ model: to })}
      canSend={!isBusy}
      onChange={(text) => saveEditedText(message, text)}
      onCancel={cancel}
      onSend={({ content, attachments }) => {
        const turn = { type: 'chat.edit', message_id: message.id, content } as const
        // Without the field, the question keeps what it has.
        const isWithout = attachments.length === 0 && message.attachments.length === 0
        session.send(isWithout ? turn : { ...turn, attachments: [...attachments] })
        // The outbox must name the attachments before the edit releases them.
        endEdit(message)
      }}
    />
  )
}
