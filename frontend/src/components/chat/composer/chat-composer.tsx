import { Composer } from '@/components/chat/composer/composer'
import { ModelNotice } from '@/components/chat/composer/model-notice'
import { ModelPicker } from '@/components/chat/composer/model-picker'
import type { ConversationLink } from '@/core/conversation-link'
import { useChangeConversation } from '@/hooks/use-conversations'
import { outboxActions } from '@/hooks/use-outbox'
import type { OutboxItem } from '@/lib/outbox'
import { createUuid } from '@/lib/uuid'
import { useEditing } from '@/stores/editing'
import { useLive } from '@/stores/live'
import type { Conversation } from '@/types/api'

interface ChatComposerProps {
  conversationId: string
  conversation: Conversation | undefined
  /** The outbox item that creates the conversation, until the server has it. */
  beginning: OutboxItem | undefined
  activeId: string | null
  /** The last question, if it can be edited. */
  editableId: string | undefined
  link: ConversationLink
}

/** The composer of an open conversation, with its model picker and notices. */
export function ChatComposer({
  conversationId: id,
  conversation,
  beginning,
  activeId,
  editableId,
  link,
}: ChatComposerProps) {
  const stopping = useLive((state) => state.stopping)
  const { mutate: change } = useChangeConversation()
  const model = conversation?.model ?? beginning?.begins?.model ?? null
  return (
    <>
      <Composer
        key={id}
        draftKey={id}
        onSend={(content) => link.send({ type: 'chat.message', client_id: createUuid(), content })}
        onArrowUp={editableId === undefined ? undefined : () => useEditing.getState().edit(editableId)}
        stop={
          activeId === null
            ? undefined
            : { isStopping: stopping === activeId, onStop: () => link.stop(activeId) }
        }
      >
        <ModelPicker
          value={model}
          onChange={(chosen) => {
            if (beginning) outboxActions.changeBeginning(beginning.id, { model: chosen })
            else change({ id, change: { model: chosen } })
          }}
        />
      </Composer>
      <div className="mt-2">
        <ModelNotice model={model} />
      </div>
    </>
  )
}
