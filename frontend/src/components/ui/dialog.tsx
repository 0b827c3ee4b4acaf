import { clsx } from 'clsx'
import { X } from 'lucide-react'
import { Dialog as RadixDialog } from 'radix-ui'
import type { ReactNode } from 'react'
import { IconButton } from '@/components/ui/icon-button'
import { useReturnFocus } from '@/components/ui/return-focus'

interface DialogProps {
  isOpen: boolean
  onClose: () => void
  title: string
  closeLabel: string
  className?: string
  children: ReactNode
}

/** A panel in the middle of the page; on a phone it is the whole page. */
export function Dialog({ isOpen, onClose, title, closeLabel, className, children }: DialogProps) {
  const returnFocus = useReturnFocus()
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
          aria-describedby={undefined}
          {...returnFocus}
          className={clsx(
            'fixed inset-0 z-40 m-auto flex animate-pop flex-col overflow-hidden bg-panel shadow-overlay outline-none',
            'md:rounded-xl md:border md:border-line',
            className,
          )}
        >
          <div className="flex h-13 shrink-0 items-center justify-between pr-3 pl-5">
            <RadixDialog.Title className="text-base font-semibold">{title}</RadixDialog.Title>
            <RadixDialog.Close asChild>
              <IconButton label={closeLabel}>
                <X aria-hidden />
              </IconButton>
            </RadixDialog.Close>
          </div>
          {children}
        </RadixDialog.Content>
      </RadixDialog.Portal>
    </RadixDialog.Root>
  )
}
