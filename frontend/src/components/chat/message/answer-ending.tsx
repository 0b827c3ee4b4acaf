import { useQuery } from '@tanstack/react-query'
import { clsx } from 'clsx'
import { CircleAlert, CircleStop, Play, RotateCcw, Scissors, Settings, Unplug } from 'lucide-react'
import type { TFunction } from 'i18next'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { meQuery } from '@/api/auth'
import { useChat } from '@/components/chat/message/chat-context'
import { EmptyAnswerButton } from '@/components/chat/message/empty-answer-button'
import { NewChatButton, OtherModelButton } from '@/components/chat/message/other-model-button'
import { Button } from '@/components/ui/button'
import { useCanContinue } from '@/hooks/use-can-continue'
import { useCountdown } from '@/hooks/use-countdown'
import { useSettingsDialog } from '@/hooks/use-settings-dialog'
import { errorText } from '@/i18n/error-text'
import { assertNever } from '@/lib/assert-never'
import { useIsBusy, useLive } from '@/stores/live'
import type { Message } from '@/types/api'

interface AnswerEndingProps {
  message: Message
  isLast: boolean
}

interface Ending {
  text: string
  Icon: typeof CircleStop
  isFailure: boolean
}

/** The ending of an incomplete answer, with the one button that helps. */
export function AnswerEnding({ message, isLast }: AnswerEndingProps) {
  const { t } = useTranslation()
  const ending = endingOf(t, message)
  const isFailed = message.status === 'error'
  const retryAt = useLive(({ retry }) => (isFailed && retry?.messageId === message.id ? retry.at : null))
  return (
    <>
      {ending && (
        <div className="mt-2 flex flex-wrap items-center gap-x-3 gap-y-1">
          <p
            className={clsx(
              'flex items-center gap-1.5 text-sm',
              ending.isFailure ? 'text-danger' : 'text-ink-2',
            )}
          >
            <ending.Icon aria-hidden className="size-4 shrink-0" />
            {retryAt === null ? (
              ending.text
            ) : (
              <FailureCountdown key={retryAt} message={message} retryAt={retryAt} />
            )}
          </p>
          {isLast && <EndingButton message={message} />}
        </div>
      )}
      {message.context_dropped > 0 && (
        <p className="mt-2 text-xs text-ink-3">
          {t('ending.contextDropped', { count: message.context_dropped })}
        </p>
      )}
      {message.images_dropped > 0 && (
        <p className="mt-2 text-xs text-ink-3">
          {t('attachments.imagesDropped', { count: message.images_dropped })}
        </p>
      )}
    </>
  )
}

/** The reason for a failure, with a countdown to the time when the service accepts a retry. */
function FailureCountdown({ message, retryAt }: { message: Message; retryAt: number }) {
  const { t } = useTranslation()
  const secondsLeft = useCountdown(retryAt)
  // Screen readers read it once, not every second.
  const [announcedSeconds] = useState(secondsLeft)
  if (secondsLeft === 0) return textOfError(t, message)
  return (
    <>
      <span className="sr-only">{textOfError(t, message, announcedSeconds)}</span>
      <span aria-hidden className="tabular-nums">
        {textOfError(t, message, secondsLeft)}
      </span>
    </>
  )
}

/** Errors that only an administrator can fix, in the settings of the model service. */
const SERVICE_ERRORS = ['AI_KEY_REFUSED', 'AI_NO_CREDIT', 'AI_UNREACHABLE']
/** Errors that another model may avoid. */
const MODEL_ERRORS = ['AI_MODEL_GONE', 'AI_CONTEXT_TOO_LONG', 'IMAGES_NOT_SUPPORTED']

/** Retries if that can help; otherwise offers another model, a new chat, or the settings. */
function EndingButton({ message }: { message: Message }) {
  const { t } = useTranslation()
  const { session } = useChat()
  const isBusy = useIsBusy()
  const canContinue = useCanContinue(message)
  const settings = useSettingsDialog()
  const { data: user } = useQuery(meQuery)
  const code = message.status === 'error' ? (message.error_code ?? '') : ''
  if (MODEL_ERRORS.includes(code)) return <OtherModelButton message={message} />
  if (code === 'AI_EMPTY_ANSWER') return <EmptyAnswerButton message={message} />
  if (SERVICE_ERRORS.includes(code) && user?.is_admin) {
    return (
      <Button Icon={Settings} variant="outline" onClick={() => settings.open('models')}>
        {t('actions.modelSettings')}
      </Button>
    )
  }
  // The filter would block the same text again.
  if (message.status === 'filtered') return <NewChatButton />
  // The answer has the maximum length. The user has to ask for the rest in a new message.
  if (message.status === 'length' && !canContinue) return null
  const type = canContinue && message.content !== '' ? 'chat.continue' : 'chat.regenerate'
  const Icon = type === 'chat.continue' ? Play : RotateCcw
  return (
    <Button
      Icon={Icon}
      variant="outline"
      disabled={isBusy}
      onClick={() => session.send({ type, message_id: message.id })}
    >
      {type === 'chat.continue' ? t('actions.continue') : t('actions.retry')}
    </Button>
  )
}

function endingOf(t: TFunction, message: Message): Ending | null {
  const { status } = message
  switch (status) {
    case 'pending':
    case 'streaming':
      return null
    case 'complete':
      if (message.content !== '') return null
      return { text: t('ending.empty'), Icon: CircleAlert, isFailure: false }
    case 'stopped':
      return { text: t('ending.stopped'), Icon: CircleStop, isFailure: false }
    case 'length':
      return { text: t('ending.length'), Icon: Scissors, isFailure: false }
    case 'interrupted':
      return { text: t('ending.interrupted'), Icon: Unplug, isFailure: true }
    case 'filtered':
      return { text: t('ending.filtered'), Icon: CircleAlert, isFailure: true }
    case 'error':
      return { text: textOfError(t, message), Icon: CircleAlert, isFailure: true }
    default:
      return assertNever(status)
  }
}

function textOfError(t: TFunction, { error_code, reasoning }: Message, retryAfter = 0): string {
  const code = error_code ?? 'AI_ERROR'
  if (code !== 'AI_EMPTY_ANSWER') return errorText(t, { code, retryAfter })
  return reasoning ? t('ending.thoughtOnly') : t('ending.empty')
}
