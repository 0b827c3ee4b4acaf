import { clsx } from 'clsx'
import { X } from 'lucide-react'
import { Dialog } from 'radix-ui'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { useDialogFocus } from '@/components/ui/dialog-focus'
import { IconButton } from '@/components/ui/icon-button'
import { Modal } from '@/components/ui/modal'

export interface SheetProps {
  isOpen: boolean
  onClose: () => void
  side: 'left' | 'right'
  title: string
  description?: string
  closeLabel?: string
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
  const { t } = useTranslation()
  return (
    <Modal
      isOpen={props.isOpen}
      onClose={props.onClose}
      {...useDialogFocus()}
      {...(props.description === undefined && { 'aria-describedby': undefined })}
      className={clsx('inset-y-0 border-line', SIDES[props.side])}
    >
      <div
        className={props.hasHiddenTitle ? 'sr-only' : 'flex items-start justify-between gap-4 px-5 pt-4 pb-2'}
      >
        <div>
          <Dialog.Title className="text-base font-semibold">{props.title}</Dialog.Title>
          {props.description !== undefined && (
            <Dialog.Description className="text-sm text-ink-2">{props.description}</Dialog.Description>
          )}
        </div>
        <Dialog.Close asChild>
          <IconButton Icon={X} label={props.closeLabel ?? t('app.close')} className="-mr-2" />
        </Dialog.Close>
      </div>
      {props.children}
    </Modal>
  )
}
