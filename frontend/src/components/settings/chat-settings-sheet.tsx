import { SlidersHorizontal } from 'lucide-react'
import { lazy, Suspense, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { IconButton } from '@/components/ui/icon-button'
import { Sheet } from '@/components/ui/sheet'
import type { ChatSettings } from '@/lib/chat-settings'

const ChatSettingsForm = lazy(() => import('./chat-settings-form'))

interface ChatSettingsSheetProps {
  settings: ChatSettings
  onSave: (settings: ChatSettings) => void
}

/** The button and sheet for one chat's settings. */
export function ChatSettingsSheet({ settings, onSave }: ChatSettingsSheetProps) {
  const { t } = useTranslation()
  const [isOpen, setIsOpen] = useState(false)
  return (
    <>
      <IconButton Icon={SlidersHorizontal} label={t('settings.open')} onClick={() => setIsOpen(true)} />
      <Sheet
        isOpen={isOpen}
        onClose={() => setIsOpen(false)}
        side="right"
        title={t('settings.chatTitle')}
        description={t('settings.chatText')}
      >
        <Suspense>
          <ChatSettingsForm
            settings={settings}
            onCancel={() => setIsOpen(false)}
            onSave={(changed) => {
              onSave(changed)
              setIsOpen(false)
            }}
          />
        </Suspense>
      </Sheet>
    </>
  )
}
