import { ChevronLeft, ChevronRight, X, ZoomIn, ZoomOut } from 'lucide-react'
import { Dialog } from 'radix-ui'
import { type KeyboardEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Thumbnail } from '@/components/attachments/thumbnail'
import { IconButton } from '@/components/ui/icon-button'
import { useDialogFocus } from '@/components/ui/dialog-focus'
import { MAX_ZOOM, usePanZoom } from '@/hooks/use-pan-zoom'
import { useSignedImage } from '@/hooks/use-signed-image'
import type { Attachment } from '@/types/api'

/** Pixels that an arrow key moves a zoomed image. */
const KEY_PAN = 80

interface ImageViewerProps {
  images: readonly Attachment[]
  index: number
  onIndex: (index: number) => void
  onClose: () => void
}

/** One image over the whole page, with zoom and the other images of its message; in a separate chunk. */
export default function ImageViewer({ images, index, onIndex, onClose }: ImageViewerProps) {
  const { t } = useTranslation()
  const focus = useDialogFocus((content) => content)
  const image = images[index]
  const step = (by: number) => {
    if (images[index + by]) onIndex(index + by)
  }
  // As state: the dialog's portal has no element yet when the first effects run.
  const [viewport, setViewport] = useState<HTMLDivElement | null>(null)
  const view = usePanZoom(viewport, image?.id, step)
  if (!image) return null

  const onKeyDown = (event: KeyboardEvent) => {
    // With Shift, or without another image, all arrow keys move a zoomed image.
    const isStep = images.length > 1 && !event.shiftKey
    const act = {
      ArrowLeft: () => (isStep ? step(-1) : view.pan(KEY_PAN, 0)),
      ArrowRight: () => (isStep ? step(1) : view.pan(-KEY_PAN, 0)),
      ArrowUp: () => view.pan(0, KEY_PAN),
      ArrowDown: () => view.pan(0, -KEY_PAN),
      '+': view.zoomIn,
      '=': view.zoomIn,
      '-': view.zoomOut,
      '0': view.reset,
    }[event.key]
    if (!act || event.ctrlKey || event.metaKey || event.altKey) return
    event.preventDefault()
    act()
  }
  return (
    <Dialog.Root open onOpenChange={(isOpen) => !isOpen && onClose()}>
      <Dialog.Portal>
        <Dialog.Content
          aria-describedby={undefined}
          onKeyDown={onKeyDown}
          {...focus}
          className="fixed inset-0 z-40 flex animate-fade flex-col bg-canvas outline-none"
        >
          <div className="flex shrink-0 items-center gap-1 px-3 py-2">
            <Dialog.Title className="min-w-0 grow truncate text-sm font-normal">{image.name}</Dialog.Title>
            {images.length > 1 && (
              <p role="status" className="px-2 text-sm whitespace-nowrap text-ink-2 tabular-nums">
                {t('attachments.position', { index: index + 1, total: images.length })}
              </p>
            )}
            <IconButton
              Icon={ZoomOut}
              label={t('attachments.zoomOut')}
              disabled={view.zoom <= 1}
              onClick={view.zoomOut}
            />
            <IconButton
              Icon={ZoomIn}
              label={t('attachments.zoomIn')}
              disabled={view.zoom >= MAX_ZOOM}
              onClick={view.zoomIn}
            />
            <Dialog.Close asChild>
              <IconButton Icon={X} label={t('app.close')} />
            </Dialog.Close>
          </div>
          <div
            ref={setViewport}
            {...view.handlers}
            className={`relative flex min-h-0 grow touch-none items-center justify-center overflow-hidden select-none ${
              view.zoom > 1 ? 'cursor-grab active:cursor-grabbing' : 'cursor-zoom-in'
            }`}
          >
            <div className="size-full" style={{ transform: view.transform }}>
              <LargeImage key={image.id} image={image} />
            </div>
          </div>
          {images.length > 1 && (
            <>
              <StepButton
                label={t('attachments.previous')}
                isLeft
                disabled={index === 0}
                onClick={() => step(-1)}
              />
              <StepButton
                label={t('attachments.next')}
                isLeft={false}
                disabled={index === images.length - 1}
                onClick={() => step(1)}
              />
            </>
          )}
          {image.description !== '' && (
            <p className="max-h-24 shrink-0 overflow-y-auto px-4 py-3 text-center text-sm text-ink-2">
              {image.description}
            </p>
          )}
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  )
}

/** The small image until the large one has loaded. */
function LargeImage({ image }: { image: Attachment }) {
  const { src, isLoaded, onLoad, onError } = useSignedImage(image.id, image, 'url')
  const { width, height } = image
  return (
    <div className="relative flex size-full items-center justify-center p-2 md:px-16">
      <div
        className="relative max-h-full max-w-full"
        style={{ aspectRatio: `${width ?? 1} / ${height ?? 1}`, width: width ?? undefined }}
      >
        {!isLoaded && (
          <Thumbnail id={image.id} attachment={image} className="absolute inset-0 size-full object-contain" />
        )}
        {src !== undefined && (
          <img
            src={src}
            alt={image.description === '' ? image.name : image.description}
            draggable={false}
            onLoad={onLoad}
            onError={onError}
            className={`absolute inset-0 size-full object-contain ${isLoaded ? '' : 'opacity-0'}`}
          />
        )}
      </div>
    </div>
  )
}

interface StepButtonProps {
  label: string
  isLeft: boolean
  disabled: boolean
  onClick: () => void
}

function StepButton({ label, isLeft, disabled, onClick }: StepButtonProps) {
  return (
    <IconButton
      Icon={isLeft ? ChevronLeft : ChevronRight}
      label={label}
      disabled={disabled}
      onClick={onClick}
      className={`absolute top-1/2 -translate-y-1/2 rounded-full border border-line bg-panel ${
        isLeft ? 'left-3' : 'right-3'
      }`}
    />
  )
}
