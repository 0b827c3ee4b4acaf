import { clsx } from 'clsx'
import { MessageSquareText, RotateCcw, X } from 'lucide-react'
import { useId, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { DescriptionDialog } from '@/components/attachments/description-dialog'
import { DocumentIcon } from '@/components/attachments/document-icon'
import { Thumbnail } from '@/components/attachments/thumbnail'
import { IconButton } from '@/components/ui/icon-button'
import { describeUpload, retryUpload } from '@/core/uploads/upload-actions'
import { refusalText } from '@/i18n/upload-text'
import { formatBytes } from '@/lib/text/bytes'
import { isImage, isWorthRetrying, type Upload } from '@/lib/outbox/upload'
import { useProgress } from '@/stores/uploads'

interface AttachmentChipProps {
  upload: Upload
  onRemove: () => void
}

/** One attachment of a message that is being written: what it is, how far its upload is, and what can be done. */
export function AttachmentChip({ upload, onRemove }: AttachmentChipProps) {
  const { t } = useTranslation()
  const detailsId = useId()
  const [isDescribing, setIsDescribing] = useState(false)
  const { id, name, refusal, description } = upload
  const showsImage = isImage(upload)
  return (
    <li
      aria-label={name}
      aria-describedby={detailsId}
      className={clsx(
        'relative flex max-w-full shrink-0 items-center gap-2 overflow-hidden rounded-lg border bg-panel py-1.5 pr-1 pl-1.5',
        refusal ? 'border-danger' : 'border-line-strong',
      )}
    >
      <span className="size-10 shrink-0 overflow-hidden rounded-md bg-sunken">
        {showsImage && !refusal ? (
          <Thumbnail id={id} attachment={upload.attachment} className="size-full object-cover" />
        ) : (
          <DocumentIcon />
        )}
      </span>
      {/* Of one width, so that the chips stay in their rows while their states change. */}
      <span className="flex w-44 min-w-0 flex-col sm:w-48">
        <span className="truncate text-sm">{name}</span>
        <span id={detailsId} className="text-xs text-ink-3 tabular-nums">
          <ChipState upload={upload} />
          {description !== '' && <span className="block truncate">{description}</span>}
        </span>
      </span>
      <span className="flex shrink-0 items-center">
        {refusal && isWorthRetrying(refusal) && (
          <IconButton
            Icon={RotateCcw}
            size="sm"
            label={t('attachments.retry', { name })}
            onClick={() => retryUpload(id)}
          />
        )}
        {showsImage && !refusal && (
          <IconButton
            Icon={MessageSquareText}
            size="sm"
            label={t('attachments.describe', { name })}
            className={clsx(description !== '' && 'text-accent')}
            onClick={() => setIsDescribing(true)}
          />
        )}
        <IconButton
          Icon={X}
          size="sm"
          data-remove={id}
          label={t('attachments.remove', { name })}
          onClick={onRemove}
        />
      </span>
      <Progress upload={upload} />
      <DescriptionDialog
        isOpen={isDescribing}
        description={description}
        onClose={() => setIsDescribing(false)}
        onSave={(text) => describeUpload(id, text)}
      />
    </li>
  )
}

function ChipState({ upload }: { upload: Upload }) {
  const { t, i18n } = useTranslation()
  const part = useProgress((parts) => parts[upload.id])
  const { refusal, attachment, bytes } = upload
  if (refusal) return <span className="text-danger">{refusalText(t, refusal, i18n.language)}</span>
  const size = formatBytes(bytes, i18n.language)
  if (attachment) {
    const { pages } = attachment
    return <>{pages === null ? size : `${t('attachments.pages', { count: pages })} · ${size}`}</>
  }
  const state =
    part === undefined
      ? t('attachments.waiting')
      : part < 1
        ? t('attachments.uploading', { percent: Math.floor(part * 100) })
        : t('attachments.checking')
  return <>{`${size} · ${state}`}</>
}

function Progress({ upload: { id, name, attachment, refusal } }: { upload: Upload }) {
  const { t } = useTranslation()
  const part = useProgress((parts) => parts[id])
  if (attachment || refusal || part === undefined) return null
  return (
    <span
      role="progressbar"
      aria-label={t('attachments.progress', { name })}
      aria-valuenow={Math.floor(part * 100)}
      aria-valuemin={0}
      aria-valuemax={100}
      className="absolute inset-x-0 bottom-0 h-0.5 bg-line"
    >
      <span
        className="block h-full origin-left bg-accent transition-transform"
        style={{ transform: `scaleX(${part})` }}
      />
    </span>
  )
}
