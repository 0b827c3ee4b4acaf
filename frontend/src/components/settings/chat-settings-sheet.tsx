import { SlidersHorizontal } from 'lucide-react'
import { lazy, Suspense, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { IconButton } from '@/components/ui/icon-button'
import { Sheet } from '@/components/ui/sheet'
import type { SheetSettings } from '@/lib/models/chat-settings'
import { showToast } from '@/stores/toasts'

const ChatSettingsForm = lazy(() => import('./chat-settings-form'))

interface ChatSettingsSheetProps {
  settings: SheetSettings
  /** Rejects if they could not be saved. */
  onSave: (settings: SheetSettings) => Promise<void> | void
}

/** The button and sheet for one chat's settings. Changes that were not saved are still there when it opens again. */
export function ChatSettingsSheet({ settings, onSave }: ChatSettingsSheetProps) {
  const { t } = useTranslation()
  const button = useRef<HTMLButtonElement>(null)
  const [isOpen, setIsOpen] = useState(false)
  const [changes, setChanges] = useState<Partial<SheetSettings>>({})

  const open = () => {
    // The focus returns here; the button of the toast will be gone.
    button.current?.focus()
    setIsOpen(true)
  }
  const leave = () => {
    setIsOpen(false)
    if (Object.keys(changes).length === 0) return
    showToast(t('settings.notSaved'), { label: t('settings.editAgain'), run: open })
  }
  const save = async () => {
    await onSave({ ...settings, ...changes })
    drop()
  }
  const drop = () => {
    setIsOpen(false)
    setChanges({})
  }
  return (
    <>
      <IconButton ref={button} Icon={SlidersHorizontal} label={t('settings.open')} onClick={open} />
      <Sheet
        isOpen={isOpen}
        onClose={leave}
        side="right"
        title={t('settings.chatTitle')}
        description={t('settings.chatText')}
      >
        <Suspense>
          <ChatSettingsForm
            settings={{ ...settings, ...changes }}
            onChange={(change) => setChanges({ ...changes, ...change })}
            onCancel={drop}
            onSave={save}
          />
        </Suspense>
      </Sheet>
    </>
  )
}
