import { type RefObject, useCallback, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { Button } from '@/components/ui/button'
import { Spinner } from '@/components/ui/spinner'
import { useWhenSeen } from '@/hooks/use-scroll'
import { useOlderMessages } from '@/hooks/use-thread'

interface OlderMessagesProps {
  conversationId: string
  viewport: RefObject<HTMLElement | null>
}

/** Stands before the messages that are loaded, and loads those before them when it comes near. */
export function OlderMessages({ conversationId, viewport }: OlderMessagesProps) {
  const { t } = useTranslation()
  const { load, hasFailed } = useOlderMessages(conversationId)
  const mark = useRef<HTMLDivElement>(null)
  const onSeen = useCallback(() => void load(), [load])
  useWhenSeen(mark, !hasFailed, onSeen, viewport)
  return (
    <div ref={mark} className="flex h-14 items-center justify-center">
      {hasFailed ? (
        <Button variant="outline" onClick={onSeen}>
          {t('app.tryAgain')}
        </Button>
      ) : (
        <Spinner label={t('chat.loadingOlder')} />
      )}
    </div>
  )
}
