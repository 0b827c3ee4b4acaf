/** Deletes uploads that no draft and no waiting message names. */
import { forgetPreview } from '@/lib/outbox/file-preview'
import { attachmentsOf } from '@/lib/outbox/outbox'
import { removeUserFile } from '@/lib/storage/user-storage'
import { allDraftAttachments } from '@/stores/draft-attachments'
import { useOutbox } from '@/stores/outbox'
import { findUpload, removeUpload, setProgress, useUploads } from '@/stores/uploads'
import { useWaitingEdit } from '@/stores/waiting-edit'

const MAX_UNUSED_MS = 24 * 3_600_000

/** Deletes the files of sent attachments from this browser, unless another draft or message names them. */
export function forgetUploads(ids: readonly string[]): void {
  for (const id of unused(ids)) forget(id)
}

/**
 * Deletes attachments that the user has removed, unless another draft or message in this browser names them. New ones
 * are deleted on the server too.
 */
export function discardUploads(ids: readonly string[]): void {
  for (const id of unused(ids)) {
    const upload = findUpload(id)
    forget(id)
    forgetPreview(id)
    // If this request fails, the server deletes the file after a day.
    if (upload?.isNew && upload.attachment) void deleteStored(id).catch(() => undefined)
  }
}

/** Deletes unused uploads older than a day, such as those of an interrupted edit. */
export function sweepUploads(): void {
  const before = Date.now() - MAX_UNUSED_MS
  const old = useUploads.getState().items.filter(({ keptAt }) => keptAt < before)
  forgetUploads(old.map(({ id }) => id))
}

/** Loads the code for deletions only when it is needed, because the first screen does not need it. */
async function deleteStored(id: string): Promise<void> {
  const { deleteAttachment } = await import('@/api/attachments')
  await deleteAttachment(id)
}

function forget(id: string): void {
  removeUpload(id)
  setProgress(id, null)
  void removeUserFile(id)
}

function unused(ids: readonly string[]): string[] {
  if (ids.length === 0) return []
  const used = new Set([
    ...allDraftAttachments(),
    ...(useWaitingEdit.getState().editing?.attachments ?? []),
    ...useOutbox.getState().items.flatMap(({ command }) => attachmentsOf(command)),
  ])
  return ids.filter((id) => !used.has(id))
}
