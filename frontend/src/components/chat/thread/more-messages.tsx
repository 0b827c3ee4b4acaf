import { useCallback, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { Button } from '@/components/ui/button'
import { LoadingLine } from '@/components/ui/loading-line'
import { useOnNear } from '@/hooks/use-near'
import { useLog } from '@/hooks/use-log'
import { useMoreMessages } from '@/hooks/use-thread'

interface MoreMessagesProps {
  conversationId: string
  side: 'older' | 'newer'
}

/** Loads the next messages on its side when it comes near the view. */
export function MoreMessages({ conversationId, side }: MoreMessagesProps) {
  const { t } = useTranslation()
  const { load, state } = useMoreMessages(conversationId, side)
  const { viewport } = useLog()
  const mark = useRef<HTMLDivElement>(null)
  const loadMore = useCallback(() => void load(), [load])
  useOnNear(mark, state === 'idle', loadMore, viewport)
  return (
    <div ref={mark} className="flex h-14 items-center justify-center print:hidden">
      {state === 'failed' ? (
        <Button variant="outline" onClick={loadMore}>
          {t('app.tryAgain')}
        </Button>
      ) : (
        <LoadingLine text={t(side === 'older' ? 'chat.loadingOlder' : 'chat.loadingNewer')} />
      )}
    </div>
  )
}
