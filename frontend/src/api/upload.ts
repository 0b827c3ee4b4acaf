/** Sends a file with XMLHttpRequest, because `fetch` does not report how much has been sent. */
import { ApiError, isErrorBody, unreachable } from '@/api/api-error'
import { apiUrl } from '@/api/base-urls'
import { checkResponse } from '@/api/http'
import { parseStored } from '@/lib/storage/storage'

interface UploadRequest {
  path: string
  form: FormData
  token: string | null
  signal: AbortSignal
  /** Called with the part that has been sent, from 0 to 1. */
  onProgress: (part: number) => void
}

/** Throws `ApiError`, even when the server cannot be reached; an aborted request throws an `AbortError`. */
export function sendUpload<T>({ path, form, token, signal, onProgress }: UploadRequest): Promise<T> {
  signal.throwIfAborted()
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest()
    const abort = () => request.abort()
    const settle = (finish: () => void) => {
      signal.removeEventListener('abort', abort)
      finish()
    }
    request.upload.onprogress = ({ loaded, total }) => {
      if (total > 0) onProgress(loaded / total)
    }
    request.onload = () =>
      settle(() => {
        try {
          resolve(readResponse(request) as T)
        } catch (error) {
          reject(error instanceof Error ? error : unreachable())
        }
      })
    request.onerror = () => settle(() => reject(unreachable()))
    request.onabort = () => settle(() => reject(new DOMException('The upload was aborted.', 'AbortError')))
    signal.addEventListener('abort', abort)
    request.open('POST', apiUrl(path))
    request.setRequestHeader('Accept', 'application/json')
    if (token !== null) request.setRequestHeader('Authorization', `Bearer ${token}`)
    request.send(form)
  })
}

function readResponse(request: XMLHttpRequest): unknown {
  const body = parseStored(request.responseText)
  // Proxies refuse large bodies with their own HTML page.
  if (request.status === 413 && !isErrorBody(body)) {
    throw new ApiError(413, { error: 'The file is too large.', code: 'ATTACHMENT_TOO_LARGE' })
  }
  return checkResponse(request.status, body, request.getResponseHeader('Retry-After'))
}
