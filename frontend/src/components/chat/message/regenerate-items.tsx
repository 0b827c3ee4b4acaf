import { useQuery } from '@tanstack/react-query'
import { Shuffle } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { modelsQuery } from '@/api/models'
import { useChat } from '@/components/chat/message/chat-context'
import { MenuItem, SubMenu } from '@/components/ui/menu-items'
import { useIsBusy } from '@/stores/live'
import type { Message } from '@/types/api'

/** Menu items that regenerate an answer with another model; nothing if no other model exists. */
export function RegenerateItems({ message }: { message: Message }) {
  const { t } = useTranslation()
  const { session } = useChat()
  const isBusy = useIsBusy()
  const { data } = useQuery(modelsQuery)
  const others = data?.models.filter(({ id, available }) => available && id !== message.model_used) ?? []
  if (others.length === 0) return null
  const label = (
    <>
      <Shuffle aria-hidden />
      {t('actions.otherModel')}
    </>
  )
  return (
    <SubMenu label={label} disabled={isBusy}>
      {others.map(({ id: model, name }) => (
        <MenuItem
          key={model}
          onSelect={() => session.send({ type: 'chat.regenerate', message_id: message.id, model })}
        >
          {name}
        </MenuItem>
      ))}
    </SubMenu>
  )
}
