import { type KeyboardEvent, useRef } from 'react'
import { useAttachments } from '@/hooks/use-attachments'
import { useBlindModel } from '@/hooks/use-blind-model'
import { useLimits } from '@/hooks/use-limits'
import { usePaste } from '@/hooks/use-paste'
import { checkLength } from '@/lib/text/text-length'
import { isAttachKey } from '@/lib/shortcuts'
import { isBlank } from '@/lib/text/typed-text'

interface MessageFormOptions {
  text: string
  onText: (text: string) => void
  /** The ids of the attachments. */
  ids: readonly string[]
  onIdsChange: (update: (ids: readonly string[]) => string[]) => void
  /** The model that answers; null means the server's default. */
  model: string | null
}

/** A form in which a message is written, new or changed: its attachments, and whether it can be sent. */
export function useMessageForm({ text, onText, ids, onIdsChange, model }: MessageFormOptions) {
  const form = useRef<HTMLFormElement>(null)
  const fileInput = useRef<HTMLInputElement>(null)
  const { uploads, add, addFrom, remove } = useAttachments(ids, onIdsChange)
  const { onPaste, longPaste } = usePaste({ text, onText, onFiles: add, onTransfer: addFrom })
  const blindModel = useBlindModel(model, uploads)
  const limit = useLimits()?.message_max
  const isEmpty = isBlank(text) && uploads.length === 0
  const focusText = () => form.current?.querySelector('textarea')?.focus()
  const onKeyDown = (event: KeyboardEvent) => {
    if (!isAttachKey(event.nativeEvent)) return
    event.preventDefault()
    if (longPaste) longPaste.convert()
    else fileInput.current?.click()
  }
  return {
    form,
    fileInput,
    add,
    addFrom,
    isEmpty,
    isSendable: !isEmpty && checkLength(text, limit).over === 0 && !blindModel,
    limit,
    message: { content: text, attachments: uploads.map(({ id }) => id) },
    onKeyDown,
    onPaste,
    extras: { uploads, blindModel, longPaste, onRemove: remove, onEmpty: focusText },
  }
}
