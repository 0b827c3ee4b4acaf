import { Pencil, RotateCcw, X } from 'lucide-react'
import type { TFunction } from 'i18next'
import { useTranslation } from 'react-i18next'
import { QuestionBubble } from '@/components/chat/message/question-bubble'
import { QuestionEditor } from '@/components/chat/message/question-editor'
import { Button } from '@/components/ui/button'
import { IconButton } from '@/components/ui/icon-button'
import { resendItem } from '@/core/outbox-actions'
import { useCountdown } from '@/hooks/use-countdown'
import type { OutboxEditor } from '@/hooks/use-outbox'
import { errorText } from '@/i18n/error-text'
import { isChangeable, type OutboxItem, type OutboxState, stateOf } from '@/lib/outbox'
import { useLive } from '@/stores/live'

interface PendingTurnProps {
  item: OutboxItem
  isFirst: boolean
  isAnswering: boolean
  editor: OutboxEditor
  onDiscard: (item: OutboxItem) => void
}

/** A turn the server has not accepted yet, with the reason and what the user can do. */
export function PendingTurn({ item, editor, ...props }: PendingTurnProps) {
  const { command, refusal } = item
  const { editing } = editor
  if (editing?.id === item.id && !item.isSent) {
    return (
      <QuestionEditor
        text={editing.text}
        canSend
        onChange={editor.change}
        onCancel={editor.cancel}
        onSend={editor.send}
      />
    )
  }
  const wakesAt = item.heldUntil ?? refusal?.retryAt ?? null
  const text = 'content' in command ? command.content : null
  return (
    <div className="flex flex-col items-end not-first:mt-6">
      {text !== null && <QuestionBubble text={text} isPending={refusal?.retryAt !== null} />}
      <PendingLine
        key={wakesAt}
        item={item}
        wakesAt={wakesAt}
        onEdit={text === null ? null : () => editor.begin(item, text)}
        {...props}
      />
    </div>
  )
}

interface PendingLineProps extends Omit<PendingTurnProps, 'editor'> {
  wakesAt: number | null
  /** Null for turns without text, such as regenerate. */
  onEdit: (() => void) | null
}

function PendingLine({ item, isFirst, isAnswering, wakesAt, onEdit, onDiscard }: PendingLineProps) {
  const { t } = useTranslation()
  const connection = useLive((state) => state.connection)
  const left = useCountdown(wakesAt)
  const state = stateOf(item, {
    isFirst,
    isAnswering,
    isConnected: connection.kind === 'open',
    isHeld: item.heldUntil !== null && left > 0,
  })
  const isSignedOut = connection.kind === 'closed' && connection.reason === 'signed-out'
  return (
    <div className="mt-0.5 mb-2 flex min-h-8 flex-wrap items-center justify-end gap-x-1 text-xs text-ink-3">
      {state === 'refused' ? (
        <p role="alert" className="mr-1 text-sm text-danger">
          {t('outbox.refused', { why: errorText(t, item.refusal ?? { code: 'UNKNOWN' }) })}
        </p>
      ) : (
        <p className="mr-1 tabular-nums">
          {isSignedOut && state === 'offline' ? t('outbox.signedOut') : stateText(t, state, item, left)}
        </p>
      )}
      {state === 'refused' && (
        <Button variant="outline" onClick={() => resendItem(item.id)}>
          <RotateCcw aria-hidden className="size-3.5" />
          {t('outbox.resend')}
        </Button>
      )}
      {isChangeable(state) && (
        <>
          {onEdit && (
            <IconButton size="sm" label={t('outbox.edit')} onClick={onEdit}>
              <Pencil aria-hidden />
            </IconButton>
          )}
          <IconButton size="sm" label={t('outbox.discard')} onClick={() => onDiscard(item)}>
            <X aria-hidden />
          </IconButton>
        </>
      )}
    </div>
  )
}

function stateText(
  t: TFunction,
  state: Exclude<OutboxState, 'refused'>,
  item: OutboxItem,
  left: number,
): string {
  if (state !== 'delayed') return t(`outbox.${state}`)
  return t('outbox.delayed', { why: errorText(t, { code: item.refusal?.code ?? '', retryAfter: left }) })
}
