import { lazy, Suspense, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { DocumentChip } from '@/components/attachments/document-chip'
import { Thumbnail } from '@/components/attachments/thumbnail'
import { sizeOf } from '@/lib/outbox/file-preview'
import { isImage, type Upload } from '@/lib/outbox/upload'
import type { Attachment } from '@/types/api'

const ImageViewer = lazy(() => import('@/components/attachments/image-viewer'))

/** The known fields of an attachment: all of them once the server has it. */
export type ShownAttachment = Pick<Upload, 'id' | 'name' | 'mime' | 'bytes' | 'description' | 'attachment'>

/** Limits of the sides of a single image, in CSS pixels. */
const MAX_SIDE = 320
const MIN_SIDE = 48

export function shownAttachments(attachments: readonly Attachment[]): ShownAttachment[] {
  return attachments.map((attachment) => ({ ...attachment, attachment }))
}

/** The attachments of a message, above its text: images as tiles, documents as chips. */
export function AttachmentList({ attachments }: { attachments: readonly ShownAttachment[] }) {
  const { t } = useTranslation()
  const [openId, setOpenId] = useState<string | null>(null)
  const images = attachments.filter(isImage)
  const documents = attachments.filter((one) => !isImage(one))
  const viewable = images.flatMap(({ attachment }) => attachment ?? [])
  const openIndex = viewable.findIndex(({ id }) => id === openId)
  if (attachments.length === 0) return null
  return (
    <>
      <ul aria-label={t('attachments.list')} className="mb-1.5 flex max-w-full flex-wrap justify-end gap-1.5">
        {images.map((image) => (
          <li key={image.id} className="max-w-full">
            <Tile
              image={image}
              isAlone={images.length === 1}
              onOpen={image.attachment ? () => setOpenId(image.id) : undefined}
            />
          </li>
        ))}
        {documents.map((document) => (
          <li key={document.id} className="max-w-full">
            <DocumentChip document={document} />
          </li>
        ))}
      </ul>
      <Suspense>
        {openIndex >= 0 && (
          <ImageViewer
            images={viewable}
            index={openIndex}
            onIndex={(index) => setOpenId(viewable[index]?.id ?? null)}
            onClose={() => setOpenId(null)}
          />
        )}
      </Suspense>
    </>
  )
}

interface TileProps {
  image: ShownAttachment
  isAlone: boolean
  /** Undefined while it is being uploaded. */
  onOpen: (() => void) | undefined
}

/** Takes its final size before the image is loaded, so that nothing moves. */
function Tile({ image, isAlone, onOpen }: TileProps) {
  const { t } = useTranslation()
  const { id, name, description, attachment } = image
  return (
    <button
      type="button"
      disabled={!onOpen}
      onClick={onOpen}
      style={isAlone ? boxOf(attachment ?? sizeOf(id)) : undefined}
      aria-label={
        description === ''
          ? t('attachments.open', { name })
          : t('attachments.openDescribed', { name, description })
      }
      className={`block max-w-full overflow-hidden rounded-xl border border-line bg-sunken ${
        isAlone ? '' : 'size-28 sm:size-36'
      }`}
    >
      <Thumbnail id={id} attachment={attachment} className="size-full object-cover" />
    </button>
  )
}

function boxOf(image: { width: number | null; height: number | null } | undefined) {
  const { width, height } = image ?? {}
  if (!width || !height) return { width: MAX_SIDE, aspectRatio: '4 / 3' }
  const scale = Math.min(1, MAX_SIDE / width, MAX_SIDE / height)
  return {
    width: Math.max(MIN_SIDE, Math.round(width * scale)),
    minHeight: MIN_SIDE,
    aspectRatio: `${width} / ${height}`,
  }
}
