import { type ClipboardEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'

/** A longer text is offered as an attachment, in code units. */
const LONG_PASTE_LENGTH = 4_000

interface PasteTarget {
  text: string
  onText: (text: string) => void
  onFiles: (files: File[]) => void
  /** Takes files of the clipboard. */
  onTransfer: (transfer: DataTransfer) => void
}

export interface LongPaste {
  length: number
  /** Takes the pasted text out of the message and makes it a text attachment. */
  convert: () => void
  dismiss: () => void
}

/** Takes pasted files as attachments, and offers to make a long pasted text one. */
export function usePaste({ text, onText, onFiles, onTransfer }: PasteTarget) {
  const { t } = useTranslation()
  const [pasted, setPasted] = useState<string | null>(null)

  const onPaste = (event: ClipboardEvent) => {
    const { clipboardData } = event
    if (clipboardData.files.length > 0 && !isDocument(clipboardData)) {
      event.preventDefault()
      onTransfer(clipboardData)
      return
    }
    // As the text box has it.
    const plain = clipboardData.getData('text/plain').replaceAll('\r\n', '\n')
    setPasted(plain.length > LONG_PASTE_LENGTH ? plain : null)
  }
  const isOffered = pasted !== null && text.includes(pasted)
  const longPaste: LongPaste | null = !isOffered
    ? null
    : {
        length: pasted.length,
        convert: () => {
          onText(text.replace(pasted, () => ''))
          onFiles([new File([pasted], t('attachments.pastedName'), { type: 'text/plain' })])
          setPasted(null)
        },
        dismiss: () => setPasted(null),
      }
  return { onPaste, longPaste }
}

/** Office programs add an image of the text that was copied. */
function isDocument({ types }: DataTransfer): boolean {
  return types.includes('text/plain') && types.includes('text/html')
}
