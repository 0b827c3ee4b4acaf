/** Adds uploads, retries them and describes them. */
import { createUuid } from 'ai-chat-client/internal'
import { savePreview } from '@/lib/outbox/file-preview'
import { isImage, type Upload } from '@/lib/outbox/upload'
import { writeUserFile } from '@/lib/storage/user-storage'
import { changeUpload, findUpload, putUpload } from '@/stores/uploads'
import type { Attachment } from '@/types/api'

const TOO_LARGE = 'ATTACHMENT_TOO_LARGE'

/** Keeps the files and queues their uploads; returns their ids. Files over `maxBytes` are refused immediately. */
export function addFiles(files: readonly File[], maxBytes: number): string[] {
  return files.map((file) => {
    const isTooLarge = file.size > maxBytes
    const upload: Upload = {
      id: createUuid(),
      name: file.name,
      mime: file.type,
      bytes: file.size,
      description: '',
      attachment: null,
      refusal: isTooLarge ? { code: TOO_LARGE, limit: maxBytes } : null,
      isNew: true,
      keptAt: Date.now(),
    }
    if (isImage(upload)) savePreview(upload.id, file)
    // Stored first in the memory of this page, so that the queue finds it immediately.
    if (!isTooLarge) void writeUserFile(upload.id, file)
    putUpload(upload)
    return upload.id
  })
}

/** Makes attachments of a message available to an edit. */
export function registerAttachments(attachments: readonly Attachment[]): void {
  for (const attachment of attachments) {
    const { id, name, mime, bytes, description } = attachment
    if (findUpload(id)) continue
    putUpload({
      id,
      name,
      mime,
      bytes,
      description,
      attachment,
      refusal: null,
      isNew: false,
      keptAt: Date.now(),
    })
  }
}

/** Uploads a refused file again. */
export function retryUpload(id: string): void {
  changeUpload(id, (upload) => (upload.refusal?.code === TOO_LARGE ? upload : { ...upload, refusal: null }))
}

/**
 * Uploads attachments again, under the same ids, after the server has deleted them: they waited for a message for more
 * than a day. Returns false if this browser uploaded none of them.
 */
export function requeueUploads(ids: readonly string[]): boolean {
  const deleted = ids.filter((id) => {
    const upload = findUpload(id)
    return upload?.isNew === true && upload.attachment !== null
  })
  for (const id of deleted) changeUpload(id, (upload) => ({ ...upload, attachment: null }))
  return deleted.length > 0
}

export function describeUpload(id: string, description: string): void {
  changeUpload(id, (upload) => ({ ...upload, description }))
}
