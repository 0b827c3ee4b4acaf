import { clsx } from 'clsx'
import { X } from 'lucide-react'
import { Dialog } from 'radix-ui'
import { type ReactNode, useState } from 'react'
import { isLeftToDialog, keepWhileComposing } from '@/components/ui/escape'
import { IconButton } from '@/components/ui/icon-button'
import { PortalPlace } from '@/components/ui/portal-place'
import { useReturnFocus } from '@/components/ui/return-focus'

export interface SheetProps {
  isOpen: boolean
  onOpenChange: (isOpen: boolean) => void
  side: 'left' | 'right'
  title: string
  description?: string
  closeLabel: string
  /** Hides the title and description from sight; screen readers still read them. */
  hasHiddenTitle?: boolean
  children: ReactNode
}

const SIDES = {
  left: 'left-0 w-[min(18.5rem,86vw)] border-r animate-slide',
  right: 'right-0 w-[min(26rem,100vw)] border-l animate-slide-right',
}

/** Content of `Sheet`, in a separate chunk. */
export default function SheetPanel(props: SheetProps) {
  const returnFocus = useReturnFocus()
  const [content, setContent] = useState<HTMLElement | null>(null)
  return (
    <Dialog.Root open={props.isOpen} onOpenChange={props.onOpenChange}>
      <Dialog.Portal>
        <Dialog.Overlay className="fixed inset-0 z-40 animate-fade bg-scrim" />
        <Dialog.Content
          ref={setContent}
          {...returnFocus}
          onEscapeKeyDown={keepWhileComposing}
          onKeyDown={(event) => {
            if (isLeftToDialog(event.nativeEvent)) props.onOpenChange(false)
          }}
          {...(props.description === undefined && { 'aria-describedby': undefined })}
          className={clsx(
            'fixed inset-y-0 z-40 flex flex-col border-line bg-panel shadow-overlay outline-none',
            SIDES[props.side],
          )}
        >
          <div
            className={clsx(
              props.hasHiddenTitle ? 'sr-only' : 'flex items-start justify-between gap-4 px-5 pt-4 pb-2',
            )}
          >
            <div>
              <Dialog.Title className="text-base font-semibold">{props.title}</Dialog.Title>
              {props.description !== undefined && (
                <Dialog.Description className="text-sm text-ink-2">{props.description}</Dialog.Description>
              )}
            </div>
            <Dialog.Close asChild>
              <IconButton Icon={X} label={props.closeLabel} className="-mr-2" />
            </Dialog.Close>
          </div>
          <PortalPlace value={content}>{props.children}</PortalPlace>
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  )
}
