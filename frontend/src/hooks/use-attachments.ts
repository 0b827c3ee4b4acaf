import { useTranslation } from 'react-i18next'
import { discardUploads } from '@/core/uploads/upload-cleanup'
import { addFiles } from '@/core/uploads/upload-actions'
import { useLimits } from '@/hooks/use-limits'
import { useUploadsOf } from '@/hooks/use-uploads'
import { readFiles } from '@/lib/browser/transferred-files'
import { showErrorToast } from '@/stores/toasts'

/** The limits until the server has stated its own: files can be added offline too, and the server checks them. */
const DEFAULT_MAX_ATTACHMENTS = 8

/**
 * The attachments of a message that is being written. `change` applies an update to their ids, which may have changed
 * since they were rendered.
 */
export function useAttachments(
  ids: readonly string[],
  change: (update: (ids: readonly string[]) => string[]) => void,
) {
  const { t } = useTranslation()
  const uploads = useUploadsOf(ids)
  const limits = useLimits()
  const most = limits?.attachments_per_message ?? DEFAULT_MAX_ATTACHMENTS
  const room = most - uploads.length

  const add = (files: readonly File[]) => {
    const taken = files.slice(0, Math.max(0, room))
    if (taken.length < files.length) showErrorToast(t('attachments.tooMany', { count: most }))
    if (taken.length === 0) return
    const added = addFiles(taken, limits?.attachment_max_bytes ?? Infinity)
    change((before) => [...before, ...added])
  }
  /** Adds what was dropped or pasted. */
  const addFrom = (transfer: DataTransfer) => {
    const { files, hasFolder } = readFiles(transfer)
    if (hasFolder) showErrorToast(t('attachments.folder'))
    add(files)
  }
  const remove = (id: string) => {
    change((before) => before.filter((other) => other !== id))
    discardUploads([id])
  }
  return { uploads, add, addFrom, remove }
}
