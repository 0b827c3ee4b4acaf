/** Uploads files, two at a time, and keeps trying through lost connections, reloads and ended sessions. */
import { backoffDelay } from 'ai-chat-client/internal'
import { ApiError, isTransient } from '@/api/api-error'
import { describeAttachment, uploadAttachment } from '@/api/attachments'
import { session } from '@/api/session'
import { requeueUploads } from '@/core/uploads/upload-actions'
import { sweepUploads } from '@/core/uploads/upload-cleanup'
import { runExclusively } from '@/lib/browser/exclusive'
import { FILE_LOST, isUploaded, type Upload, type UploadRefusal } from '@/lib/outbox/upload'
import { readUserFile } from '@/lib/storage/user-storage'
import { changeUpload, findUpload, setProgress, useUploads } from '@/stores/uploads'

const MAX_RUNNING = 2
const DEFAULT_RATE_LIMIT_DELAY_MS = 5_000
/** An upload is given up after this many retries of server errors. */
const MAX_FAILURES = 6

/** When to retry an upload, and how often it has failed. */
interface RetryState {
  /** The number of failed tries. */
  attempt: number
  /** The number of tries that ended with a server error; a lost network does not count. */
  failures: number
  /** In milliseconds since 1970. */
  retryAt: number
}

export class UploadQueue {
  readonly #running = new Map<string, AbortController>()
  readonly #retries = new Map<string, RetryState>()
  #timer: number | undefined
  #unsubscribes: (() => void)[] = []

  open(): void {
    sweepUploads()
    this.#unsubscribes = [
      useUploads.subscribe(() => this.#advance()),
      session.subscribe(() => this.#retryNow()),
    ]
    window.addEventListener('online', this.#retryNow)
    this.#advance()
  }

  close(): void {
    for (const unsubscribe of this.#unsubscribes) unsubscribe()
    this.#unsubscribes = []
    window.removeEventListener('online', this.#retryNow)
    window.clearTimeout(this.#timer)
    for (const running of this.#running.values()) running.abort()
  }

  readonly #retryNow = (): void => {
    for (const [id, retry] of this.#retries) this.#retries.set(id, { ...retry, retryAt: 0 })
    this.#advance()
  }

  #advance(): void {
    window.clearTimeout(this.#timer)
    const waiting = useUploads.getState().items.filter(isWaiting)
    const ids = new Set(waiting.map(({ id }) => id))
    // Removed by the user, or kept for another user.
    for (const [id, running] of this.#running) if (!ids.has(id)) running.abort()
    for (const id of this.#retries.keys()) if (!ids.has(id)) this.#retries.delete(id)
    const now = Date.now()
    let next = Infinity
    for (const { id } of waiting) {
      if (this.#running.size >= MAX_RUNNING) break
      const retryAt = this.#retries.get(id)?.retryAt ?? 0
      if (this.#running.has(id)) continue
      if (retryAt <= now) void this.#start(id)
      else next = Math.min(next, retryAt)
    }
    if (next < Infinity) this.#timer = window.setTimeout(() => this.#advance(), next - now)
  }

  async #start(id: string): Promise<void> {
    const running = new AbortController()
    this.#running.set(id, running)
    try {
      await runExclusively(`upload:${id}`, () => this.#try(id, running.signal))
      this.#retries.delete(id)
    } catch (error) {
      if (!running.signal.aborted) this.#onFailure(id, error)
    } finally {
      setProgress(id, null)
      this.#running.delete(id)
    }
    if (this.#unsubscribes.length > 0) this.#advance()
  }

  async #try(id: string, signal: AbortSignal): Promise<void> {
    // Another tab may have done it meanwhile.
    const upload = findUpload(id)
    if (!upload || !isWaiting(upload) || signal.aborted) return
    const stored = upload.attachment
      ? await describeAttachment(id, upload.description, signal)
      : await this.#send(upload, signal)
    if (!stored) return
    // Does nothing if the user removed it meanwhile.
    const { description, name, mime, bytes } = stored
    changeUpload(id, (current) => ({
      ...current,
      ...{ name, mime, bytes },
      attachment: stored,
      // A newer description of the user wins; otherwise the one that the server normalized.
      description: current.description === upload.description ? description : current.description,
    }))
  }

  /** Null when the file is lost. */
  async #send(upload: Upload, signal: AbortSignal) {
    const file = await readUserFile(upload.id)
    if (!file || !(await isReadable(file))) {
      changeUpload(upload.id, (current) => ({ ...current, refusal: { code: FILE_LOST, limit: null } }))
      return null
    }
    return uploadAttachment({ ...upload, file }, signal, (part) => setProgress(upload.id, part))
  }

  #onFailure(id: string, error: unknown): void {
    if (!(error instanceof ApiError)) {
      this.#giveUp(id, { code: 'UNKNOWN', limit: null })
      throw error
    }
    if (error.status === 404 && requeueUploads([id])) return
    const { attempt, failures } = this.#retries.get(id) ?? { attempt: 0, failures: 0 }
    const delay = retryDelay(error, attempt, failures)
    if (delay === null) {
      this.#giveUp(id, { code: error.code, limit: error.limit })
      return
    }
    this.#retries.set(id, {
      attempt: attempt + 1,
      failures: failures + Number(error.status >= 500),
      retryAt: Date.now() + delay,
    })
  }

  /** Marks a file as refused; an attachment that the server has keeps its old description. */
  #giveUp(id: string, refusal: UploadRefusal): void {
    this.#retries.delete(id)
    changeUpload(id, (upload) =>
      upload.attachment ? { ...upload, description: upload.attachment.description } : { ...upload, refusal },
    )
  }
}

function isWaiting(upload: Upload): boolean {
  return upload.refusal === null && !isUploaded(upload)
}

/** The milliseconds until the next try; null when there is none. */
function retryDelay(error: ApiError, attempt: number, failures: number): number | null {
  if (error.code === 'STORAGE_FULL') return null
  if (error.status === 429)
    return error.retryAfter === null ? DEFAULT_RATE_LIMIT_DELAY_MS : error.retryAfter * 1000
  // The next session tries again.
  if (error.status === 401) return Infinity
  if (!isTransient(error) || failures >= MAX_FAILURES) return null
  return backoffDelay(attempt)
}

/** False for folders, and for files that were deleted after they were chosen. */
async function isReadable(file: File): Promise<boolean> {
  try {
    await file.slice(0, 1).arrayBuffer()
    return true
  } catch {
    return false
  }
}
