import { useId, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Button } from '@/components/ui/button'
import { LengthNote } from '@/components/chat/composer/length-note'
import { TextBox } from '@/components/chat/composer/text-box'
import { useLimits } from '@/hooks/use-limits'
import { checkLength } from '@/lib/message-length'
import { isBlank } from '@/lib/typed-text'

interface QuestionEditorProps {
  text: string
  canSend: boolean
  onChange?: (text: string) => void
  onSend: (text: string) => void
  onCancel: () => void
}

export function QuestionEditor({ text: original, canSend, onChange, onSend, onCancel }: QuestionEditorProps) {
  const { t } = useTranslation()
  const noteId = useId()
  const [text, setText] = useState(original)
  const limit = useLimits()?.message_max
  const isSendable = canSend && !isBlank(text) && checkLength(text, limit).over === 0

  const send = () => {
    if (isSendable) onSend(text)
  }
  return (
    <form
      className="w-full rounded-xl border border-line-strong bg-raised p-2 focus-within:border-focus focus-within:ring-3 focus-within:ring-accent-soft"
      onSubmit={(event) => {
        event.preventDefault()
        send()
      }}
    >
      <TextBox
        takesFocus
        label={t('actions.editLabel')}
        value={text}
        onChange={(changed) => {
          setText(changed)
          onChange?.(changed)
        }}
        onSend={send}
        onEscape={onCancel}
        describedBy={noteId}
      />
      <div className="flex items-center justify-end gap-2">
        <LengthNote id={noteId} text={text} />
        <Button onClick={onCancel}>{t('app.cancel')}</Button>
        <Button variant="primary" type="submit" disabled={!isSendable}>
          {t('actions.sendEdit')}
        </Button>
      </div>
    </form>
  )
}
