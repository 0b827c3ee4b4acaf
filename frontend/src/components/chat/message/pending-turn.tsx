import { Pencil, RotateCcw, X } from 'lucide-react'
import type { TFunction } from 'i18next'
import { useTranslation } from 'react-i18next'
import { AttachmentList } from '@/components/attachments/attachment-list'
import { useChat } from '@/components/chat/message/chat-context'
import { QuestionBubble } from '@/components/chat/message/question-bubble'
import { QuestionEditor } from '@/components/chat/message/question-editor'
import { Button } from '@/components/ui/button'
import { IconButton } from '@/components/ui/icon-button'
import { resendItem } from '@/core/outbox/outbox-actions'
import { useCountdown } from '@/hooks/use-countdown'
import { useChatModel } from '@/hooks/use-chat-model'
import { useDelayed } from '@/hooks/use-delayed'
import { useIsOnline } from '@/hooks/use-is-online'
import type { OutboxEditor } from '@/hooks/use-outbox'
import { useUploadsOf } from '@/hooks/use-uploads'
import { errorText } from '@/i18n/error-text'
import { refusalText } from '@/i18n/upload-text'
import { attachmentsOf, isChangeable, type OutboxItem, type OutboxState, stateOf } from '@/lib/outbox/outbox'
import { type Upload, uploadsState } from '@/lib/outbox/upload'
import { useLive } from '@/stores/live'

/** The server usually accepts a message within this time. */
const ACCEPTED_WITHIN_MS = 4_000

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
  const uploads = useUploadsOf(attachmentsOf(command))
  const { conversationId } = useChat()
  const { model, change } = useChatModel(conversationId)
  if (editing?.id === item.id && !item.isSent) {
    return (
      <QuestionEditor
        text={editing.text}
        ids={editing.attachments}
        onChangeIds={editor.changeIds}
        model={model}
        onSwitchModel={(to) => change({ model: to })}
        canSend
        onChange={editor.change}
        onCancel={editor.cancel}
        onSend={editor.send}
      />
    )
  }
  const nextTryAt = item.heldUntil ?? refusal?.retryAt ?? null
  const text = 'content' in command ? command.content : null
  return (
    <div className="flex flex-col items-end not-first:mt-6">
      <AttachmentList attachments={uploads} />
      {text !== null && <QuestionBubble text={text} isPending={refusal?.retryAt !== null} />}
      <PendingLine
        key={nextTryAt}
        item={item}
        nextTryAt={nextTryAt}
        uploads={uploads}
        onEdit={text === null ? null : () => editor.begin(item, text)}
        {...props}
      />
    </div>
  )
}

interface PendingLineProps extends Omit<PendingTurnProps, 'editor'> {
  /** When it is sent again, or no longer held, in milliseconds since 1970. */
  nextTryAt: number | null
  uploads: readonly Upload[]
  /** Null for turns without text, such as regenerate. */
  onEdit: (() => void) | null
}

function PendingLine({
  item,
  isFirst,
  isAnswering,
  nextTryAt,
  uploads,
  onEdit,
  onDiscard,
}: PendingLineProps) {
  const { t, i18n } = useTranslation()
  const connection = useLive((state) => state.connection)
  const secondsLeft = useCountdown(nextTryAt)
  const state = stateOf(item, {
    isFirst,
    isAnswering,
    isConnected: connection.kind === 'open',
    isQueued: connection.kind === 'queued',
    isHeld: item.heldUntil !== null && secondsLeft > 0,
    uploads: uploadsState(attachmentsOf(item.command), uploads),
  })
  const isSlow = useDelayed(state === 'sending', ACCEPTED_WITHIN_MS)
  // The connection seems open until the silence on it is noticed.
  const isCutOff = !useIsOnline() && state === 'sending'
  const isStuck = state === 'refused' || state === 'upload-refused'
  const isSignedOut = connection.kind === 'closed' && connection.reason === 'signed-out'
  return (
    <div className="mt-0.5 mb-2 flex min-h-8 flex-wrap items-center justify-end gap-x-1 text-xs text-ink-3">
      {isStuck ? (
        <p role="alert" className="mr-1 text-sm text-danger">
          {t('outbox.refused', { why: whyNotSent(t, item, uploads, i18n.language) })}
        </p>
      ) : (
        <p className="mr-1 tabular-nums">
          {isSignedOut && (state === 'offline' || state === 'uploading')
            ? t('outbox.signedOut')
            : isCutOff
              ? t('outbox.unconfirmed')
              : isSlow
                ? t('outbox.noResponse')
                : stateText(t, state, item, secondsLeft)}
        </p>
      )}
      {isStuck && (
        <Button Icon={RotateCcw} variant="outline" onClick={() => resendItem(item.id)}>
          {t('outbox.resend')}
        </Button>
      )}
      {isChangeable(state) && (
        <>
          {onEdit && <IconButton Icon={Pencil} size="sm" label={t('outbox.edit')} onClick={onEdit} />}
          <IconButton Icon={X} size="sm" label={t('outbox.discard')} onClick={() => onDiscard(item)} />
        </>
      )}
    </div>
  )
}

/** Names the file that was refused, else gives the reason of the message's own refusal. */
function whyNotSent(t: TFunction, item: OutboxItem, uploads: readonly Upload[], language: string): string {
  if (item.refusal?.retryAt === null) return errorText(t, item.refusal)
  const refused = uploads.flatMap(({ name, refusal }) => (refusal ? { name, refusal } : []))[0]
  if (!refused) return errorText(t, { code: 'UNKNOWN' })
  const { name, refusal } = refused
  return t('attachments.failed', { name, why: refusalText(t, refusal, language) })
}

function stateText(
  t: TFunction,
  state: Exclude<OutboxState, 'refused' | 'upload-refused'>,
  item: OutboxItem,
  secondsLeft: number,
): string {
  if (state !== 'delayed') return t(`outbox.${state}`)
  return t('outbox.delayed', {
    why: errorText(t, { code: item.refusal?.code ?? '', retryAfter: secondsLeft }),
  })
}
