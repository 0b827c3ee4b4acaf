/** Uploads: files on their way to the server or already stored there, for a draft or a waiting message. Pure. */
import type { Attachment } from '@/types/api'

export interface Upload {
  /** The id of the attachment, a UUID that the client makes. */
  id: string
  name: string
  mime: string
  bytes: number
  /** The user's description; sent with the file, or later. */
  description: string
  /** The attachment as the server stored it; null until then. */
  attachment: Attachment | null
  /** Null unless the server has refused the file permanently. */
  refusal: UploadRefusal | null
  /** Whether this browser uploads it; false for an attachment that came with a message. */
  isNew: boolean
  /** In milliseconds since 1970. */
  keptAt: number
}

export interface UploadRefusal {
  code: string
  /** The most bytes that the server accepts, if it has reported that. */
  limit: number | null
}

/** The browser no longer has the file. Not a code of the server. */
export const FILE_LOST = 'FILE_LOST'

/** The same file would be refused again. */
const PERMANENT_REFUSALS = new Set([
  'ATTACHMENT_TOO_LARGE',
  'ATTACHMENT_TYPE',
  'ATTACHMENT_UNREADABLE',
  FILE_LOST,
])

/** Whether uploading a refused file again may help. */
export function isWorthRetrying({ code }: UploadRefusal): boolean {
  return !PERMANENT_REFUSALS.has(code)
}

/** `waiting`: some are not stored with their descriptions yet. `refused`: the server has refused one of them. */
export type UploadsState = 'uploaded' | 'waiting' | 'refused'

export function isImage({ mime, attachment }: Pick<Upload, 'mime' | 'attachment'>): boolean {
  if (attachment) return attachment.kind === 'image'
  return mime.startsWith('image/') && mime !== 'image/svg+xml'
}

export function isUploaded({ attachment, description }: Upload): boolean {
  return attachment?.description === description
}

/** The state of the uploads with these ids; the server decides about ids that are not among them. */
export function uploadsState(
  ids: readonly string[] | null | undefined,
  uploads: readonly Upload[],
): UploadsState {
  if (!ids || ids.length === 0) return 'uploaded'
  const named = uploads.filter(({ id }) => ids.includes(id))
  if (named.some(({ refusal }) => refusal !== null)) return 'refused'
  return named.every(isUploaded) ? 'uploaded' : 'waiting'
}

/** The uploads with these ids, in their order; ids without one are left out. */
export function pickUploads(ids: readonly string[], uploads: readonly Upload[]): Upload[] {
  return ids.flatMap((id) => uploads.find((upload) => upload.id === id) ?? [])
}
