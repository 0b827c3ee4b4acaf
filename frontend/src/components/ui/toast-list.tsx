import { clsx } from 'clsx'
import { X } from 'lucide-react'
import { Toast } from 'radix-ui'
import { useRef } from 'react'
import { leaveEscapeToDialog } from '@/components/ui/escape'
import { IconButton } from '@/components/ui/icon-button'

interface ToastItem {
  id: number
  text: string
  tone: 'plain' | 'error'
  action?: { label: string; run: () => void }
}

interface ToastListProps {
  toasts: ToastItem[]
  label: string
  /** The name of the region; `{hotkey}` stands for the key that moves the focus there. */
  placeLabel: string
  dismissLabel: string
  onDismiss: (id: number) => void
}

const SHOWN_MS = 5_000

/** Toasts at the bottom of the page. They stay while the pointer or the focus is on them. */
export default function ToastList({ toasts, label, placeLabel, dismissLabel, onDismiss }: ToastListProps) {
  const place = useRef<HTMLOListElement>(null)
  return (
    <Toast.Provider label={label} duration={SHOWN_MS} swipeDirection="down">
      {toasts.map((toast) => (
        <Toast.Root
          key={toast.id}
          type={toast.tone === 'error' ? 'foreground' : 'background'}
          onOpenChange={(isOpen) => {
            if (!isOpen) onDismiss(toast.id)
          }}
          onEscapeKeyDown={(event) => {
            if (!place.current?.contains(document.activeElement)) leaveEscapeToDialog(event)
          }}
          className="flex animate-rise items-center gap-2 rounded-xl border border-line bg-raised py-1.5 pr-1.5 pl-4 shadow-overlay"
        >
          <Toast.Description
            className={clsx('min-w-0 grow py-1 text-sm', toast.tone === 'error' && 'text-danger')}
          >
            {toast.text}
          </Toast.Description>
          {toast.action && (
            <Toast.Action
              altText={toast.action.label}
              onClick={toast.action.run}
              className="h-8 shrink-0 rounded-lg px-3 text-sm font-medium text-accent transition-colors hover:bg-accent-soft"
            >
              {toast.action.label}
            </Toast.Action>
          )}
          <Toast.Close asChild>
            <IconButton Icon={X} label={dismissLabel} size="sm" />
          </Toast.Close>
        </Toast.Root>
      ))}
      <Toast.Viewport
        ref={place}
        label={placeLabel}
        className={clsx(
          'pointer-events-auto fixed inset-x-3 bottom-[max(1rem,env(safe-area-inset-bottom))] z-50 mx-auto flex w-auto max-w-md',
          'flex-col gap-2 outline-none print:hidden',
        )}
      />
    </Toast.Provider>
  )
}
