import { useQuery } from '@tanstack/react-query'
import { RotateCcw } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { conversationQuery } from '@/api/conversations'
import { useChat } from '@/components/chat/message/chat-context'
import { Button } from '@/components/ui/button'
import { useChangeConversation } from '@/hooks/use-conversations'
import { useModel } from '@/hooks/use-model'
import { lowerEffort } from '@/lib/models/lower-effort'
import { useIsBusy } from '@/stores/live'
import type { Message } from '@/types/api'

/** Button that regenerates the answer, with a lower effort if the model accepts one. */
export function EmptyAnswerButton({ message }: { message: Message }) {
  const { t } = useTranslation()
  const { conversationId, session } = useChat()
  const isBusy = useIsBusy()
  const { data: conversation } = useQuery(conversationQuery(conversationId))
  const { mutateAsync: change, isPending } = useChangeConversation()
  const efforts = useModel(conversation?.model ?? null)?.efforts ?? []
  const lower =
    conversation && lowerEffort(efforts, conversation.reasoning_effort, Boolean(message.reasoning))
  const retry = async () => {
    if (lower) await change({ id: conversationId, change: { reasoning_effort: lower } })
    session.send({ type: 'chat.regenerate', message_id: message.id })
  }
  return (
    <Button
      Icon={RotateCcw}
      variant="outline"
      disabled={isBusy || isPending}
      onClick={() => void retry().catch(() => undefined)}
    >
      {lower ? t('actions.retryWithLess') : t('actions.retry')}
    </Button>
  )
}
