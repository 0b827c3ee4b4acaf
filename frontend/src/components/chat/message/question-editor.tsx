import { lazy, Suspense, useCallback, useId, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { AttachButton } from '@/components/attachments/attach-button'
import { Button } from '@/components/ui/button'
import { LengthNote } from '@/components/chat/composer/length-note'
import { TextBox } from '@/components/chat/composer/text-box'
import { useAttachments } from '@/hooks/use-attachments'
import { useBlindness } from '@/hooks/use-blindness'
import { useLimits } from '@/hooks/use-limits'
import { usePaste } from '@/hooks/use-paste'
import { checkLength } from '@/lib/message-length'
import type { NewMessage } from '@/lib/outbox'
import { isAttachKey } from '@/lib/shortcuts'
import { isBlank } from '@/lib/typed-text'

const AttachmentBar = lazy(() => import('@/components/attachments/attachment-bar'))
const BlindNotice = lazy(() => import('@/components/attachments/blind-notice'))
const LongPasteOffer = lazy(() => import('@/components/attachments/long-paste-offer'))

interface QuestionEditorProps {
  text: string
  /** The ids of its attachments. */
  ids: readonly string[]
  onChangeIds: (update: (ids: readonly string[]) => string[]) => void
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
  onChangeIds,
  model,
  onSwitchModel,
  canSend,
  onChange,
  onSend,
  onCancel,
}: QuestionEditorProps) {
  const { t } = useTranslation()
  const noteId = useId()
  const form = useRef<HTMLFormElement>(null)
  const input = useRef<HTMLInputElement>(null)
  const [text, setText] = useState(original)
  const changeText = (changed: string) => {
    setText(changed)
    onChange?.(changed)
  }
  const { uploads, add, remove } = useAttachments(ids, onChangeIds)
  const { onPaste, longPaste } = usePaste({ text, onText: changeText, onFiles: add })
  const blindness = useBlindness(model, uploads)
  const limit = useLimits()?.message_max
  const isEmpty = isBlank(text) && uploads.length === 0
  const isSendable = canSend && !isEmpty && checkLength(text, limit).over === 0 && !blindness
  const focusText = useCallback(() => form.current?.querySelector('textarea')?.focus(), [])

  const send = () => {
    if (isSendable) onSend({ content: text, attachments: uploads.map(({ id }) => id) })
  }
  return (
    <form
      ref={form}
      className="w-full rounded-xl border border-line-strong bg-raised p-2 focus-within:border-focus focus-within:ring-3 focus-within:ring-accent-soft"
      onSubmit={(event) => {
        event.preventDefault()
        send()
      }}
      onKeyDown={(event) => {
        if (!isAttachKey(event.nativeEvent)) return
        event.preventDefault()
        if (longPaste) longPaste.convert()
        else input.current?.click()
      }}
      onDrop={(event) => {
        if (event.dataTransfer.files.length === 0) return
        // Otherwise the composer, which takes what is dropped elsewhere, would take them.
        event.preventDefault()
        add([...event.dataTransfer.files])
      }}
    >
      <Suspense>
        {uploads.length > 0 && <AttachmentBar uploads={uploads} onRemove={remove} onEmpty={focusText} />}
        {blindness && <BlindNotice {...blindness} onSwitch={onSwitchModel} />}
        {longPaste && <LongPasteOffer {...longPaste} />}
      </Suspense>
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
          <AttachButton input={input} onFiles={add} />
        </span>
        <LengthNote id={noteId} text={text} />
        <Button onClick={onCancel}>{t('app.cancel')}</Button>
        <Button variant="primary" type="submit" disabled={!isSendable}>
          {t('actions.sendEdit')}
        </Button>
      </div>
    </form>
  )
}
