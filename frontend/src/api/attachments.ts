import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import { signedUrl } from '@/api/base-urls'
import { request, withToken } from '@/api/client'
import { fetchText } from '@/api/http'
import { sendUpload } from '@/api/upload'
import { nextPageOf } from '@/lib/lists/next-page'
import type { Attachment, AttachmentPage } from '@/types/api'

interface NewAttachment {
  /** Chosen by the client: a repeat stores nothing twice. */
  id: string
  file: File
  name: string
  description: string
}

/** Stores a file. Throws `ApiError`. */
export function uploadAttachment(
  { id, file, name, description }: NewAttachment,
  signal: AbortSignal,
  onProgress: (part: number) => void,
): Promise<Attachment> {
  return withToken((token) => {
    const form = new FormData()
    form.set('id', id)
    if (description !== '') form.set('description', description)
    form.set('file', file, name)
    return sendUpload<Attachment>({ path: '/attachments/', form, token, signal, onProgress })
  })
}

export function describeAttachment(
  id: string,
  description: string,
  signal?: AbortSignal,
): Promise<Attachment> {
  return request<Attachment>({ method: 'PATCH', path: `/attachments/${id}`, body: { description }, signal })
}

/** Deletes an attachment that no message uses. */
export async function deleteAttachment(id: string): Promise<void> {
  await request({ method: 'DELETE', path: `/attachments/${id}` })
}

/** The attachment with newly signed URLs. */
export function fetchAttachment(id: string, signal?: AbortSignal): Promise<Attachment> {
  return request<Attachment>({ path: `/attachments/${id}`, signal })
}

/** The part of a document's text that the model reads. */
export function attachmentTextQuery(id: string) {
  return queryOptions({
    queryKey: ['attachment-text', id],
    queryFn: async ({ signal }) => {
      const { text_url } = await fetchAttachment(id, signal)
      return text_url === null ? '' : fetchText(signedUrl(text_url), signal)
    },
    // It never changes.
    staleTime: Infinity,
  })
}

const LIST_PAGE_SIZE = 50

/** The user's attachments, largest first, and the space that all of them take. */
export const attachmentsQuery = infiniteQueryOptions({
  queryKey: ['attachments'],
  queryFn: ({ pageParam, signal }) =>
    request<AttachmentPage>({
      path: `/attachments/?order=largest&page=${pageParam}&page_size=${LIST_PAGE_SIZE}`,
      signal,
    }),
  initialPageParam: 1,
  getNextPageParam: (_last, pages) => nextPageOf(pages, ({ attachments }) => attachments),
  staleTime: 0,
})
