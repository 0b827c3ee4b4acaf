import { useQuery } from '@tanstack/react-query'
import { RotateCcw } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { conversationQuery } from '@/api/conversations'
import { modelsQuery } from '@/api/models'
import { useChat } from '@/components/chat/message/chat-context'
import { Button } from '@/components/ui/button'
import { useChangeConversation } from '@/hooks/use-conversations'
import { lowerEffort } from '@/lib/models/lower-effort'
import { useIsBusy } from '@/stores/live'
import type { Message } from '@/types/api'

/** Button that regenerates the answer, with a lower effort if the model accepts one. */
export function EmptyAnswerButton({ message }: { message: Message }) {
  const { t } = useTranslation()
  const { conversationId, session } = useChat()
  const isBusy = useIsBusy()
  const { data: conversation } = useQuery(conversationQuery(conversationId))
  const { data } = useQuery(modelsQuery)
  const { mutateAsync: change, isPending } = useChangeConversation()
  const efforts = data?.models.find(({ id }) => id === conversation?.model)?.efforts ?? []
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
