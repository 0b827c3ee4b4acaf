import { useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { AttachmentChip } from '@/components/attachments/attachment-chip'
import { refusalText } from '@/i18n/upload-text'
import type { Upload } from '@/lib/outbox/upload'

interface AttachmentBarProps {
  uploads: readonly Upload[]
  onRemove: (id: string) => void
  /** Called when the focus has no chip left to go to. */
  onEmpty: () => void
}

/** The attachments of a message that is being written, in a separate chunk. */
export default function AttachmentBar({ uploads, onRemove, onEmpty }: AttachmentBarProps) {
  const { t } = useTranslation()
  const list = useRef<HTMLUListElement>(null)
  const remove = (id: string) => {
    const at = uploads.findIndex((upload) => upload.id === id)
    const next = uploads[at + 1] ?? uploads[at - 1]
    if (next) list.current?.querySelector<HTMLElement>(`[data-remove="${next.id}"]`)?.focus()
    else onEmpty()
    onRemove(id)
  }
  return (
    <>
      <ul
        ref={list}
        aria-label={t('attachments.list')}
        // On a phone in one row, which moves the page little and leaves room for the keyboard.
        className="flex gap-2 overflow-x-auto px-1.5 pt-1.5 pb-2 sm:max-h-72 sm:flex-wrap sm:overflow-y-auto"
      >
        {uploads.map((upload) => (
          <AttachmentChip key={upload.id} upload={upload} onRemove={() => remove(upload.id)} />
        ))}
      </ul>
      <Announcer uploads={uploads} />
    </>
  )
}

/** Tells screen readers how uploads ended. */
function Announcer({ uploads }: { uploads: readonly Upload[] }) {
  const { t, i18n } = useTranslation()
  return (
    <div role="status" className="sr-only">
      {uploads.map(({ id, name, attachment, refusal }) => (
        <p key={id}>
          {attachment && t('attachments.uploaded', { name })}
          {refusal && t('attachments.failed', { name, why: refusalText(t, refusal, i18n.language) })}
        </p>
      ))}
    </div>
  )
}
