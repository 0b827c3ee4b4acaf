import { useCallback } from 'react'
import { useTranslation } from 'react-i18next'
import { discardUploads } from '@/core/attachment-use'
import { addFiles } from '@/core/uploads'
import { useLimits } from '@/hooks/use-limits'
import { useUploadsOf } from '@/hooks/use-uploads'
import { readFiles } from '@/lib/transferred-files'
import type { Upload } from '@/lib/upload'
import { showErrorToast } from '@/stores/toasts'

/** The limits until the server has stated its own: files can be added offline too, and the server checks them. */
const DEFAULT_MAX_ATTACHMENTS = 8

export interface Attachments {
  uploads: Upload[]
  add: (files: readonly File[]) => void
  /** Adds what was dropped or pasted. */
  addFrom: (transfer: DataTransfer) => void
  remove: (id: string) => void
}

/**
 * The attachments of a message that is being written. `change` applies an update to their ids, which may have changed
 * since they were rendered.
 */
export function useAttachments(
  ids: readonly string[],
  change: (update: (ids: readonly string[]) => string[]) => void,
): Attachments {
  const { t } = useTranslation()
  const uploads = useUploadsOf(ids)
  const limits = useLimits()
  const most = limits?.attachments_per_message ?? DEFAULT_MAX_ATTACHMENTS
  const room = most - uploads.length
  const maxBytes = limits?.attachment_max_bytes ?? Infinity

  const add = useCallback(
    (files: readonly File[]) => {
      const taken = files.slice(0, Math.max(0, room))
      if (taken.length < files.length) {
        showErrorToast(t('attachments.tooMany', { count: most }))
      }
      if (taken.length === 0) return
      const added = addFiles(taken, maxBytes)
      change((before) => [...before, ...added])
    },
    [room, most, maxBytes, change, t],
  )
  const addFrom = useCallback(
    (transfer: DataTransfer) => {
      const { files, hasFolder } = readFiles(transfer)
      if (hasFolder) useToasts.getState().show({ tone: 'error', text: t('attachments.folder') })
      add(files)
    },
    [add, t],
  )
  const remove = useCallback(
    (id: string) => {
      change((before) => before.filter((other) => other !== id))
      discardUploads([id])
    },
    [change],
  )
  return { uploads, add, addFrom, remove }
}
