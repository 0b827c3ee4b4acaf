/** Actions of the user on uploads. Imports no React. */
import { createUuid } from 'ai-chat-client/internal'
import { keepPreview } from '@/lib/outbox/file-preview'
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
    if (isImage(upload)) keepPreview(upload.id, file)
    // Stored first in the memory of this page, so that the queue finds it immediately.
    if (!isTooLarge) void writeUserFile(upload.id, file)
    putUpload(upload)
    return upload.id
  })
}

/** Makes attachments of a message available to an edit. */
export function adoptAttachments(attachments: readonly Attachment[]): void {
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

export function describeUpload(id: string, description: string): void {
  changeUpload(id, (upload) => ({ ...upload, description }))
}
