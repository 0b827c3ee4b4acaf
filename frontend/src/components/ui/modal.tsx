import { clsx } from 'clsx'
import { Dialog } from 'radix-ui'
import { type ComponentProps, useState } from 'react'
import { isLeftToDialog, keepWhileComposing } from '@/components/ui/escape'
import { PortalContainer } from '@/components/ui/portal-container'

interface ModalProps extends ComponentProps<typeof Dialog.Content> {
  isOpen: boolean
  onClose: () => void
}

/** The frame of dialogs and sheets: it holds the focus, over a page that is dimmed. */
export function Modal({ isOpen, onClose, className, children, ...props }: ModalProps) {
  const [content, setContent] = useState<HTMLElement | null>(null)
  return (
    <Dialog.Root
      open={isOpen}
      onOpenChange={(next) => {
        if (!next) onClose()
      }}
    >
      <Dialog.Portal>
        <Dialog.Overlay className="fixed inset-0 z-40 animate-fade bg-scrim" />
        <Dialog.Content
          ref={setContent}
          onEscapeKeyDown={keepWhileComposing}
          onKeyDown={(event) => {
            if (isLeftToDialog(event.nativeEvent)) onClose()
          }}
          className={clsx('fixed z-40 flex flex-col bg-panel shadow-overlay outline-none', className)}
          {...props}
        >
          <PortalContainer value={content}>{children}</PortalContainer>
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  )
}
