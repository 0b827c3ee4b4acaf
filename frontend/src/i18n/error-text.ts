import i18next, { type TFunction } from 'i18next'
import type { Translation } from '@/i18n/translation'

type ErrorCode = keyof Translation['errors']

interface ErrorLike {
  code: string
  retryAfter?: number | null
}

/** The text for an error code, with the waiting time if the server gave one. */
export function errorText(t: TFunction, { code, retryAfter }: ErrorLike): string {
  const timed = `${code}_FOR`
  if (retryAfter && isErrorCode(timed)) return t(`errors.${timed}`, { time: waitText(t, retryAfter) })
  return t(`errors.${isErrorCode(code) ? code : 'UNKNOWN'}`)
}

function isErrorCode(code: string): code is ErrorCode {
  return i18next.exists(`errors.${code}`)
}

/** A waiting time, with seconds if it is short. */
function waitText(t: TFunction, seconds: number): string {
  if (seconds < 60) return t('time.seconds', { count: seconds })
  if (seconds < 3600) return t('time.minutes', { minutes: Math.floor(seconds / 60), seconds: seconds % 60 })
  return t('time.hours', { count: Math.ceil(seconds / 3600) })
}
