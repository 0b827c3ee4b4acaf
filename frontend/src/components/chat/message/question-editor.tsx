import { useId, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { AttachButton } from '@/components/attachments/attach-button'
import { Button } from '@/components/ui/button'
import { LengthNote } from '@/components/ui/length-note'
import { MessageExtras } from '@/components/chat/composer/message-extras'
import { TextBox } from '@/components/chat/composer/text-box'
import { useMessageForm } from '@/hooks/use-message-form'
import type { NewMessage } from '@/lib/outbox/outbox'

interface QuestionEditorProps {
  text: string
  /** The ids of its attachments. */
  ids: readonly string[]
  onIdsChange: (update: (ids: readonly string[]) => string[]) => void
  /** The model that answers; null means the server's default. */
  model: string | null
  onSwitchModel: (model: string) => void
  canSend: boolean
  onChange?: (text: string) => void
  onSend: (message: NewMessage) => void
  onCancel: () => void
}

export function QuestionEditor({
  text: original,
  ids,
  onIdsChange,
  model,
  onSwitchModel,
  canSend,
  onChange,
  onSend,
  onCancel,
}: QuestionEditorProps) {
  const { t } = useTranslation()
  const noteId = useId()
  const [text, setText] = useState(original)
  const changeText = (changed: string) => {
    setText(changed)
    onChange?.(changed)
  }
  const { form, fileInput, add, addFrom, isSendable, limit, message, onKeyDown, onPaste, extras } =
    useMessageForm({ text, onText: changeText, ids, onIdsChange, model })
  const canSubmit = canSend && isSendable

  const send = () => {
    if (canSubmit) onSend(message)
  }
  return (
    <form
      ref={form}
      className="mb-4 w-full rounded-xl border border-line-strong bg-raised p-2 not-first:mt-6 focus-within:border-focus focus-within:ring-3 focus-within:ring-accent-soft"
      onSubmit={(event) => {
        event.preventDefault()
        send()
      }}
      onKeyDown={onKeyDown}
      onDrop={(event) => {
        if (event.dataTransfer.files.length === 0) return
        // Otherwise the composer, which takes what is dropped elsewhere, would take them.
        event.preventDefault()
        addFrom(event.dataTransfer)
      }}
    >
      <MessageExtras {...extras} onSwitchModel={onSwitchModel} />
      <TextBox
        takesFocus
        label={t('actions.editLabel')}
        value={text}
        onChange={changeText}
        onPaste={onPaste}
        onSend={send}
        onEscape={onCancel}
        describedBy={noteId}
      />
      <div className="flex items-center justify-end gap-2">
        <span className="grow">
          <AttachButton fileInput={fileInput} onFiles={add} />
        </span>
        <LengthNote id={noteId} text={text} limit={limit} />
        <Button onClick={onCancel}>{t('app.cancel')}</Button>
        <Button variant="primary" type="submit" disabled={!canSubmit}>
          {t('actions.sendEdit')}
        </Button>
      </div>
    </form>
  )
}
