import { ArrowUp, Square } from 'lucide-react'
import { type ReactNode, useId } from 'react'
import { useTranslation } from 'react-i18next'
import { LengthNote } from '@/components/chat/composer/length-note'
import { TextBox } from '@/components/chat/composer/text-box'
import { useDraft } from '@/hooks/use-draft'
import { useLimits } from '@/hooks/use-limits'
import { useMediaQuery } from '@/hooks/use-media-query'
import { checkLength } from '@/lib/message-length'
import { isBlank } from '@/lib/typed-text'
import { useEditing } from '@/stores/editing'

interface ComposerProps {
  /** Names the draft; must also be the component's key. */
  draftKey: string
  /** Receives the text; the box is empty afterwards. */
  onSend: (text: string) => void
  /** Called for the up arrow in the empty box. */
  onArrowUp?: (() => void) | undefined
  /** Set while an answer is being written. */
  stop?: { isStopping: boolean; onStop: () => void } | undefined
  /** Shown below the text, on the left. */
  children: ReactNode
}

export function Composer({ draftKey, onSend, onArrowUp, stop, children }: ComposerProps) {
  const { t } = useTranslation()
  const noteId = useId()
  // On a phone, focus would open the keyboard over the conversation.
  const hasKeyboard = useMediaQuery('(hover: hover)')
  // The focus returns here when the user sends or cancels an edit.
  const isEditing = useEditing(({ messageId }) => messageId !== null)
  const [text, setText] = useDraft(draftKey)
  const isEmpty = isBlank(text)
  const limit = useLimits()?.message_max
  const isSendable = !isEmpty && checkLength(text, limit).over === 0

  const send = () => {
    if (!isSendable) return
    onSend(text)
    setText('')
  }
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        send()
      }}
      className="rounded-composer border border-line-strong bg-raised p-2 shadow-raised transition-colors focus-within:border-focus focus-within:ring-3 focus-within:ring-accent-soft"
    >
      <TextBox
        label={t('composer.label')}
        placeholder={t('composer.placeholder')}
        value={text}
        onChange={setText}
        onSend={send}
        onArrowUp={onArrowUp}
        describedBy={noteId}
        takesFocus={hasKeyboard && !isEditing}
      />
      <div className="flex items-center gap-1">
        <div className="flex min-w-0 grow items-center gap-0.5">{children}</div>
        <LengthNote id={noteId} text={text} />
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
