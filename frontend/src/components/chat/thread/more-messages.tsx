import { type RefObject, useCallback, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { Button } from '@/components/ui/button'
import { LoadingLine } from '@/components/ui/loading-line'
import { useWhenSeen } from '@/hooks/use-in-view'
import { useMoreMessages } from '@/hooks/use-thread'

interface MoreMessagesProps {
  conversationId: string
  side: 'older' | 'newer'
  viewport: RefObject<HTMLElement | null>
}

/** Stands beside the messages that are loaded, and loads those next to them when it comes near. */
export function MoreMessages({ conversationId, side, viewport }: MoreMessagesProps) {
  const { t } = useTranslation()
  const { load, state } = useMoreMessages(conversationId, side)
  const mark = useRef<HTMLDivElement>(null)
  const onSeen = useCallback(() => void load(), [load])
  useWhenSeen(mark, state === 'idle', onSeen, viewport)
  return (
    <div ref={mark} className="flex h-14 items-center justify-center">
      {state === 'failed' ? (
        <Button variant="outline" onClick={onSeen}>
          {t('app.tryAgain')}
        </Button>
      ) : (
        <LoadingLine text={t(side === 'older' ? 'chat.loadingOlder' : 'chat.loadingNewer')} />
      )}
    </div>
  )
}
