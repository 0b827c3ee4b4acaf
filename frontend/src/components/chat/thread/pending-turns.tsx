import { PendingTurn } from '@/components/chat/message/pending-turn'
import { WaitingLine } from '@/components/chat/message/waiting-line'
import { useIsOnline } from '@/hooks/use-is-online'
import type { OutboxEditor } from '@/hooks/use-outbox'
import type { OutboxItem } from '@/lib/outbox/outbox'
import { useLive } from '@/stores/live'

interface PendingTurnsProps {
  outbox: readonly OutboxItem[]
  /** The item that is sent first, or is being sent. */
  next: OutboxItem | undefined
  isAnswering: boolean
  editor: OutboxEditor
  onDiscard: (item: OutboxItem) => void
}

/** The turns that the server has not accepted, and the wait for the one being sent. */
export function PendingTurns({ outbox, next, ...props }: PendingTurnsProps) {
  const isConnected = useLive(({ connection }) => connection.kind === 'open')
  const isBeingSent = useIsOnline() && isConnected && next?.isSent === true
  return (
    <>
      {outbox.map((item) => (
        <PendingTurn key={item.id} item={item} isFirst={item === next} {...props} />
      ))}
      {isBeingSent && <WaitingLine />}
    </>
  )
}
