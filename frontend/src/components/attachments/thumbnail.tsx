import { clsx } from 'clsx'
import { useSignedImage } from '@/hooks/use-signed-image'
import { keepSize } from '@/lib/outbox/file-preview'
import type { Attachment } from '@/types/api'

interface ThumbnailProps {
  id: string
  /** Null while it is being uploaded: the page then shows its own file. */
  attachment: Attachment | null
  className: string
}

/** The small image of an attachment; invisible until it has loaded. */
export function Thumbnail({ id, attachment, className }: ThumbnailProps) {
  const { src, isLoaded, isLoading, onLoad, onError } = useSignedImage(id, attachment, 'thumbnail_url')
  if (src === undefined) return null
  return (
    <img
      src={src}
      alt=""
      draggable={false}
      data-loading={isLoading || undefined}
      decoding="async"
      onLoad={({ currentTarget }) => {
        if (!attachment) keepSize(id, currentTarget)
        onLoad()
      }}
      onError={onError}
      className={clsx(className, 'transition-opacity', !isLoaded && 'opacity-0')}
    />
  )
}
