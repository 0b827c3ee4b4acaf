import { clsx } from 'clsx'
import { X } from 'lucide-react'
import { Dialog as RadixDialog } from 'radix-ui'
import { type ReactNode, useState } from 'react'
import { isLeftToDialog, keepWhileComposing } from '@/components/ui/escape'
import { IconButton } from '@/components/ui/icon-button'
import { PortalPlace } from '@/components/ui/portal-place'
import { useReturnFocus } from '@/components/ui/return-focus'

export interface DialogProps {
  isOpen: boolean
  onClose: () => void
  title: string
  closeLabel: string
  /** Where the focus returns; by default, to the element that has it when the dialog opens. */
  opener?: HTMLElement | null
  /** Hides the title from sight, and shows the close button only on devices without an Escape key. */
  hasHiddenTitle?: boolean
  className?: string
  children: ReactNode
}

/** Content of `Dialog`, in a separate chunk. */
export default function DialogPanel({
  isOpen,
  onClose,
  title,
  closeLabel,
  opener,
  hasHiddenTitle,
  className,
  children,
}: DialogProps) {
  const returnFocus = useReturnFocus(opener)
  const [content, setContent] = useState<HTMLElement | null>(null)
  return (
    <RadixDialog.Root
      open={isOpen}
      onOpenChange={(next) => {
        if (!next) onClose()
      }}
    >
      <RadixDialog.Portal>
        <RadixDialog.Overlay className="fixed inset-0 z-40 animate-fade bg-scrim" />
        <RadixDialog.Content
          ref={setContent}
          aria-describedby={undefined}
          onOpenAutoFocus={(event) => {
            returnFocus.onOpenAutoFocus()
            // The content may still be loading.
            event.preventDefault()
            if (event.currentTarget instanceof HTMLElement) firstFocus(event.currentTarget).focus()
          }}
          onCloseAutoFocus={returnFocus.onCloseAutoFocus}
          onEscapeKeyDown={keepWhileComposing}
          onKeyDown={(event) => {
            if (isLeftToDialog(event.nativeEvent)) onClose()
          }}
          className={clsx(
            'fixed inset-0 z-40 m-auto flex animate-pop flex-col overflow-hidden bg-panel shadow-overlay outline-none',
            'md:rounded-xl md:border md:border-line',
            className,
          )}
        >
          <div
            className={
              hasHiddenTitle
                ? 'absolute top-2.5 right-2.5 md:hidden'
                : 'flex h-13 shrink-0 items-center justify-between pr-3 pl-5'
            }
          >
            <RadixDialog.Title className={hasHiddenTitle ? 'sr-only' : 'text-base font-semibold'}>
              {title}
            </RadixDialog.Title>
            <RadixDialog.Close asChild>
              <IconButton Icon={X} label={closeLabel} />
            </RadixDialog.Close>
          </div>
          <PortalPlace value={content}>{children}</PortalPlace>
        </RadixDialog.Content>
      </RadixDialog.Portal>
    </RadixDialog.Root>
  )
}

/** The element that the content marks to get the focus first. An effect of the content would run before this dialog keeps the focus inside. */
function firstFocus(content: HTMLElement): HTMLElement {
  return content.querySelector<HTMLElement>('[data-focus-first]') ?? content
}
