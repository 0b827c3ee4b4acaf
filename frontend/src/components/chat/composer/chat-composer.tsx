import { Composer } from '@/components/chat/composer/composer'
import { EffortPicker } from '@/components/chat/composer/effort-picker'
import { ModelNotice } from '@/components/chat/composer/model-notice'
import { ModelPicker } from '@/components/chat/composer/model-picker'
import type { ConversationSession } from '@/core/conversation-session'
import { RetiredNotice } from '@/components/chat/composer/retired-notice'
import { changeBeginning } from '@/core/outbox-actions'
import { useChatModel } from '@/hooks/use-chat-model'
import { useChangeConversation } from '@/hooks/use-conversations'
import { messageCommand, type OutboxItem } from '@/lib/outbox'
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
  session: ConversationSession
}

/** The composer of an open conversation, with its model picker and notices. */
export function ChatComposer({
  conversationId: id,
  conversation,
  beginning,
  activeId,
  editableId,
  session,
}: ChatComposerProps) {
  const stopping = useLive((state) => state.stopping)
  const { mutate: change } = useChangeConversation()
  const [model, changeModel] = useChatModel(id)
  return (
    <>
      <RetiredNotice model={model} onSwitch={changeModel} />
      <Composer
        key={id}
        draftKey={id}
        model={model}
        onSwitchModel={changeModel}
        onSend={(message) => session.send(messageCommand(message))}
        onArrowUp={
          editableId === undefined ? undefined : () => useEditing.setState({ messageId: editableId })
        }
        stop={
          activeId === null
            ? undefined
            : { isStopping: stopping === activeId, onStop: () => session.stop(activeId) }
        }
      >
        <ModelPicker value={model} onChange={changeModel} />
        <EffortPicker
          model={model}
          value={conversation?.reasoning_effort ?? beginning?.begins?.reasoning_effort ?? ''}
          onChange={(effort) => {
            if (beginning) changeBeginning(beginning.id, { reasoning_effort: effort })
            else change({ id, change: { reasoning_effort: effort } })
          }}
        />
      </Composer>
      <div className="mt-2 low:hidden">
        <ModelNotice model={model} />
      </div>
    </>
  )
}
