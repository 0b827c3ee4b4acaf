/** Uploads files one after another, as long as each takes: through lost connections, reloads and ended sessions. */
import { backoffDelay } from 'ai-chat-client/internal'
import { ApiError, isTransient } from '@/api/api-error'
import { describeAttachment, uploadAttachment } from '@/api/attachments'
import { session } from '@/api/session'
import { sweepUploads, uploadAgain } from '@/core/upload-cleanup'
import { runExclusively } from '@/lib/browser/exclusive'
import { FILE_LOST, isUp, type Upload } from '@/lib/outbox/upload'
import { readUserFile } from '@/lib/storage/user-storage'
import { changeUpload, findUpload, setProgress, useUploads } from '@/stores/uploads'

const MAX_RUNNING = 2
const RATE_RETRY_MS = 5_000
/** An upload is given up after this many retries of server errors. */
const MAX_FAILURES = 6

/** The consequence of a failed try: another one after a delay, or none. */
interface Delay {
  /** The number of failed tries. */
  attempt: number
  /** The number of tries that ended with a server error; a lost network does not count. */
  failures: number
  /** In milliseconds since 1970. */
  until: number
}

export class UploadQueue {
  readonly #running = new Map<string, AbortController>()
  readonly #delays = new Map<string, Delay>()
  #timer: number | undefined
  #stops: (() => void)[] = []

  open(): void {
    sweepUploads()
    this.#stops = [useUploads.subscribe(() => this.#advance()), session.subscribe(() => this.#retryNow())]
    window.addEventListener('online', this.#retryNow)
    this.#advance()
  }

  close(): void {
    for (const stop of this.#stops) stop()
    this.#stops = []
    window.removeEventListener('online', this.#retryNow)
    window.clearTimeout(this.#timer)
    for (const running of this.#running.values()) running.abort()
  }

  readonly #retryNow = (): void => {
    for (const [id, delay] of this.#delays) this.#delays.set(id, { ...delay, until: 0 })
    this.#advance()
  }

  #advance(): void {
    window.clearTimeout(this.#timer)
    const waiting = useUploads.getState().items.filter(isWaiting)
    const ids = new Set(waiting.map(({ id }) => id))
    // Removed by the user, or kept for another user.
    for (const [id, running] of this.#running) if (!ids.has(id)) running.abort()
    for (const id of this.#delays.keys()) if (!ids.has(id)) this.#delays.delete(id)
    const now = Date.now()
    let next = Infinity
    for (const { id } of waiting) {
      if (this.#running.size >= MAX_RUNNING) break
      const until = this.#delays.get(id)?.until ?? 0
      if (this.#running.has(id)) continue
      if (until <= now) void this.#start(id)
      else next = Math.min(next, until)
    }
    if (next < Infinity) this.#timer = window.setTimeout(() => this.#advance(), next - now)
  }

  async #start(id: string): Promise<void> {
    const running = new AbortController()
    this.#running.set(id, running)
    try {
      await runExclusively(`upload:${id}`, () => this.#try(id, running.signal))
      this.#delays.delete(id)
    } catch (error) {
      if (!running.signal.aborted) this.#failed(id, error)
    } finally {
      setProgress(id, null)
      this.#running.delete(id)
    }
    if (this.#stops.length > 0) this.#advance()
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
      // The server may have changed it, and the user may have changed it meanwhile.
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

  #failed(id: string, error: unknown): void {
    if (error instanceof ApiError && error.status === 404 && uploadAgain([id])) return
    const { attempt, failures } = this.#delays.get(id) ?? { attempt: 0, failures: 0 }
    const wait = error instanceof ApiError ? waitOf(error, attempt, failures) : null
    if (wait !== null) {
      const isFailure = error instanceof ApiError && error.status >= 500
      this.#delays.set(id, {
        attempt: attempt + 1,
        failures: failures + Number(isFailure),
        until: Date.now() + wait,
      })
      return
    }
    this.#delays.delete(id)
    const refusal = error instanceof ApiError ? { code: error.code, limit: error.limit } : null
    changeUpload(id, (current) =>
      current.attachment
        ? { ...current, description: current.attachment.description }
        : { ...current, refusal: refusal ?? { code: 'UNKNOWN', limit: null } },
    )
    if (!refusal) throw error
  }
}

function isWaiting(upload: Upload): boolean {
  return upload.refusal === null && !isUp(upload)
}

/** The milliseconds until the next try; null when there is none. */
function waitOf(error: ApiError, attempt: number, failures: number): number | null {
  if (error.code === 'STORAGE_FULL') return null
  if (error.status === 429) return error.retryAfter === null ? RATE_RETRY_MS : error.retryAfter * 1000
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
