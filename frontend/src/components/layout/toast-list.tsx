import { clsx } from 'clsx'
import { X } from 'lucide-react'
import { Toast } from 'radix-ui'
import { useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { leaveEscapeToDialog } from '@/components/ui/escape'
import { IconButton } from '@/components/ui/icon-button'
import { dismissToast, useToasts } from '@/stores/toasts'

const SHOWN_MS = 5_000

/** The toasts of `Toasts`, in a separate chunk. They stay while the pointer or the focus is on them. */
export default function ToastList() {
  const { t } = useTranslation()
  const toasts = useToasts((state) => state.toasts)
  const viewport = useRef<HTMLOListElement>(null)
  return (
    <Toast.Provider label={t('toasts.label')} duration={SHOWN_MS} swipeDirection="up">
      {toasts.map((toast) => (
        <Toast.Root
          key={toast.id}
          type={toast.tone === 'error' ? 'foreground' : 'background'}
          onOpenChange={(isOpen) => {
            if (!isOpen) dismissToast(toast.id)
          }}
          onEscapeKeyDown={(event) => {
            if (!viewport.current?.contains(document.activeElement)) leaveEscapeToDialog(event)
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
            <IconButton Icon={X} label={t('toasts.dismiss')} size="sm" />
          </Toast.Close>
        </Toast.Root>
      ))}
      <Toast.Viewport
        ref={viewport}
        label={t('toasts.viewport')}
        className={clsx(
          // Below the header of the page, and not over its composer.
          'pointer-events-auto fixed inset-x-3 top-15 z-50 mx-auto flex w-auto max-w-md',
          'flex-col gap-2 outline-none print:hidden',
        )}
      />
    </Toast.Provider>
  )
}
