import { Composer } from '@/components/chat/composer/composer'
import { EffortPicker } from '@/components/chat/composer/effort-picker'
import { DemoModelNotice } from '@/components/chat/composer/demo-model-notice'
import { ModelPicker } from '@/components/models/model-picker'
import type { ConversationSession } from '@/core/conversation/conversation-session'
import { RetiredNotice } from '@/components/chat/composer/retired-notice'
import { useChatModel } from '@/hooks/use-chat-model'
import { messageCommand } from '@/lib/outbox/outbox'
import { beginEdit } from '@/stores/editing'
import { useLive } from '@/stores/live'

interface ChatComposerProps {
  conversationId: string
  activeId: string | null
  /** The last question, if it can be edited. */
  editableId: string | undefined
  session: ConversationSession
}

/** The composer of an open conversation, with its model picker and notices. */
export function ChatComposer({ conversationId: id, activeId, editableId, session }: ChatComposerProps) {
  const stopping = useLive((state) => state.stopping)
  const { model, effort, change } = useChatModel(id)
  const changeModel = (to: string) => change({ model: to })
  return (
    <>
      <RetiredNotice model={model} onSwitch={changeModel} />
      <Composer
        key={id}
        draftKey={id}
        model={model}
        onSwitchModel={changeModel}
        onSend={(message) => session.send(messageCommand(message))}
        onArrowUp={editableId === undefined ? undefined : () => beginEdit(id, editableId)}
        stop={
          activeId === null
            ? undefined
            : { isStopping: stopping === activeId, onStop: () => session.stop(activeId) }
        }
      >
        <ModelPicker value={model} onChange={changeModel} />
        <EffortPicker model={model} value={effort} onChange={(to) => change({ reasoning_effort: to })} />
      </Composer>
      <div className="mt-2 low:hidden">
        <DemoModelNotice model={model} />
      </div>
    </>
  )
}
