import { ArrowUp, Square } from 'lucide-react'
import { type ReactNode, useId } from 'react'
import { useTranslation } from 'react-i18next'
import { AttachButton } from '@/components/attachments/attach-button'
import { DropOverlay } from '@/components/attachments/drop-overlay'
import { LengthNote } from '@/components/ui/length-note'
import { MessageExtras } from '@/components/chat/composer/message-extras'
import { TextBox } from '@/components/chat/composer/text-box'
import { useFileDrop } from '@/hooks/use-file-drop'
import { useMediaQuery } from '@/hooks/use-media-query'
import { useMessageForm } from '@/hooks/use-message-form'
import type { NewMessage } from '@/lib/outbox/outbox'
import { draftAttachments, saveDraftAttachments, useDraftAttachments } from '@/stores/draft-attachments'
import { saveDraft, useDraftText } from '@/stores/drafts'
import { useEditing } from '@/stores/editing'

interface ComposerProps {
  /** Names the draft; must also be the component's key. */
  draftKey: string
  /** The model that answers; null means the server's default. */
  model: string | null
  onSwitchModel: (model: string) => void
  /** Receives the message; the box is empty afterwards. */
  onSend: (message: NewMessage) => void
  /** Called for the up arrow in the empty box. */
  onArrowUp?: (() => void) | undefined
  /** Set while an answer is being written. */
  stop?: { isStopping: boolean; onStop: () => void } | undefined
  /** Shown below the text, on the left. */
  children: ReactNode
}

export function Composer({
  draftKey,
  model,
  onSwitchModel,
  onSend,
  onArrowUp,
  stop,
  children,
}: ComposerProps) {
  const { t } = useTranslation()
  const noteId = useId()
  // On a phone, focus would open the keyboard over the conversation.
  const hasKeyboard = useMediaQuery('(hover: hover)')
  // The focus returns here when the user sends or cancels an edit.
  const isEditing = useEditing(({ conversationId }) => conversationId === draftKey)
  const text = useDraftText(draftKey)
  const setText = (next: string) => saveDraft(draftKey, next)
  const ids = useDraftAttachments(draftKey)
  const setIds = (update: (ids: readonly string[]) => string[]) =>
    saveDraftAttachments(draftKey, update(draftAttachments(draftKey)))
  const { form, fileInput, add, addFrom, isEmpty, isSendable, limit, message, onKeyDown, onPaste, extras } =
    useMessageForm({
      text,
      onText: setText,
      ids,
      onIds: setIds,
      model,
    })
  const isDraggedOver = useFileDrop(addFrom)

  const send = () => {
    if (!isSendable) return
    onSend(message)
    setText('')
    setIds(() => [])
  }
  return (
    <form
      ref={form}
      onSubmit={(event) => {
        event.preventDefault()
        send()
      }}
      onKeyDown={onKeyDown}
      // Without a separate box: attachments come above the text, which does not move.
      className="contents"
    >
      {isDraggedOver && <DropOverlay />}
      <MessageExtras {...extras} onSwitchModel={onSwitchModel} />
      <div className="rounded-composer border border-line-strong bg-raised p-2 shadow-raised transition-colors focus-within:border-focus focus-within:ring-3 focus-within:ring-accent-soft low:px-2 low:py-0.5">
        <TextBox
          label={t('composer.label')}
          placeholder={t('composer.placeholder')}
          value={text}
          onChange={setText}
          onPaste={onPaste}
          onSend={send}
          onArrowUp={extras.uploads.length > 0 ? undefined : onArrowUp}
          describedBy={noteId}
          takesFocus={hasKeyboard && !isEditing}
        />
        <div className="flex items-center gap-1">
          <div className="flex min-w-0 grow items-center gap-0.5">
            <AttachButton fileInput={fileInput} onFiles={add} />
            {children}
          </div>
          <LengthNote id={noteId} text={text} limit={limit} />
          {stop && (
            <RoundButton
              label={stop.isStopping ? t('composer.stopping') : t('composer.stop')}
              disabled={stop.isStopping}
              onClick={stop.onStop}
            >
              <Square aria-hidden className="size-3.5 fill-current" />
            </RoundButton>
          )}
          {(!stop || !isEmpty) && (
            <RoundButton
              label={stop ? t('composer.queue') : t('composer.send')}
              disabled={!isSendable}
              isSubmit
            >
              <ArrowUp aria-hidden className="size-5" />
            </RoundButton>
          )}
        </div>
      </div>
    </form>
  )
}

interface RoundButtonProps {
  label: string
  disabled: boolean
  isSubmit?: boolean
  onClick?: () => void
  children: ReactNode
}

function RoundButton({ label, disabled, isSubmit = false, onClick, children }: RoundButtonProps) {
  return (
    <button
      type={isSubmit ? 'submit' : 'button'}
      aria-label={label}
      title={label}
      disabled={disabled}
      onClick={onClick}
      className="inline-flex size-9 shrink-0 items-center justify-center rounded-full bg-accent text-on-accent transition-colors hover:bg-accent-hover disabled:bg-pressed disabled:text-ink-3"
    >
      {children}
    </button>
  )
}
