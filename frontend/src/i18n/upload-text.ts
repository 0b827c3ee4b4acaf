import type { TFunction } from 'i18next'
import { errorText } from '@/i18n/error-text'
import { formatBytes } from '@/lib/text/bytes'
import type { UploadRefusal } from '@/lib/outbox/upload'

/** Why a file was refused, with the limit that it exceeds. */
export function refusalText(t: TFunction, { code, limit }: UploadRefusal, language: string): string {
  if (code !== 'ATTACHMENT_TOO_LARGE' || limit === null) return errorText(t, { code })
  return t('errors.ATTACHMENT_TOO_LARGE_OVER', { limit: formatBytes(limit, language) })
}
