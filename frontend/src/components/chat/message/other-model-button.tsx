import { useQuery } from '@tanstack/react-query'
import { RotateCcw, SquarePen } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { useNavigate } from 'react-router'
import { modelsQuery } from '@/api/models'
import { useChat } from '@/components/chat/message/chat-context'
import { Button } from '@/components/ui/button'
import { largerModel, replacementOf, visionReplacement } from '@/lib/models/model-choice'
import { useIsBusy } from '@/stores/live'
import type { Message } from '@/types/api'

/** By error code, the function that finds a model without this error. */
const FINDERS = new Map([
  ['AI_CONTEXT_TOO_LONG', largerModel],
  ['IMAGES_NOT_SUPPORTED', visionReplacement],
])

/** Button that regenerates the answer with a model that can help, or starts a new chat if there is none. */
export function OtherModelButton({ message }: { message: Message }) {
  const { t } = useTranslation()
  const { session } = useChat()
  const isBusy = useIsBusy()
  const { data } = useQuery(modelsQuery)
  const find = FINDERS.get(message.error_code ?? '') ?? replacementOf
  const other = data && find(message.model_used, data)
  if (!other) return <NewChatButton />
  return (
    <Button
      Icon={RotateCcw}
      variant="outline"
      disabled={isBusy}
      onClick={() => session.send({ type: 'chat.regenerate', message_id: message.id, model: other.id })}
    >
      {t('actions.retryWith', { name: other.name })}
    </Button>
  )
}

export function NewChatButton() {
  const { t } = useTranslation()
  const navigate = useNavigate()
  return (
    <Button Icon={SquarePen} variant="outline" onClick={() => void navigate('/')}>
      {t('sidebar.newChat')}
    </Button>
  )
}
