import { clsx } from 'clsx'
import { X } from 'lucide-react'
import { Dialog } from 'radix-ui'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { useDialogFocus } from '@/components/ui/dialog-focus'
import { IconButton } from '@/components/ui/icon-button'
import { Modal } from '@/components/ui/modal'

export interface DialogProps {
  isOpen: boolean
  onClose: () => void
  title: string
  /** Where the focus returns; by default, to the element that has it when the dialog opens. */
  opener?: HTMLElement | null
  /** Hides the title from sight, and shows the close button only on devices without an Escape key. */
  hasHiddenTitle?: boolean
  className?: string
  children: ReactNode
}

/** Content of `Dialog`, in a separate chunk. */
export default function DialogPanel({
  title,
  opener,
  hasHiddenTitle,
  className,
  children,
  ...props
}: DialogProps) {
  const { t } = useTranslation()
  const focus = useDialogFocus(firstFocus, opener)
  return (
    <Modal
      {...props}
      {...focus}
      aria-describedby={undefined}
      className={clsx(
        'inset-0 m-auto animate-pop overflow-hidden md:rounded-xl md:border md:border-line',
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
        <Dialog.Title className={hasHiddenTitle ? 'sr-only' : 'text-base font-semibold'}>
          {title}
        </Dialog.Title>
        <Dialog.Close asChild>
          <IconButton Icon={X} label={t('app.close')} />
        </Dialog.Close>
      </div>
      {children}
    </Modal>
  )
}

/**
 * The element that the content marks to get the focus first, unless the content is still loading. An effect of the
 * content would run before this dialog keeps the focus inside.
 */
function firstFocus(content: HTMLElement): HTMLElement {
  return content.querySelector<HTMLElement>('[data-focus-first]') ?? content
}
