import { z } from '@/lib/schema'
import type { ErrorBody, ErrorDetail } from '@/types/api'

/** The server was not reached, or the response did not come from it. */
export const UNREACHABLE = 'UNREACHABLE'

/** An unsuccessful response of the API, or none at all (status 0, code `UNREACHABLE`). */
export class ApiError extends Error {
  override readonly name = 'ApiError'
  readonly status: number
  readonly code: string
  readonly detail: readonly ErrorDetail[]
  /** Whole seconds to wait, from the `Retry-After` header. */
  readonly retryAfter: number | null
  /** The limit in bytes that a file exceeded (`ATTACHMENT_TOO_LARGE`). */
  readonly limit: number | null

  constructor(status: number, body: ErrorBody, retryAfter: number | null = null) {
    super(body.error)
    this.status = status
    this.code = body.code
    this.detail = body.detail ?? []
    this.retryAfter = retryAfter
    this.limit = body.limit ?? null
  }
}

export function unreachable(): ApiError {
  return new ApiError(0, { error: 'The server cannot be reached.', code: UNREACHABLE })
}

/** Whether a later try may succeed: no connection, or a fault of the server. */
export function isTransient(error: unknown): boolean {
  return error instanceof ApiError && (error.status === 0 || error.status >= 500)
}

const errorSchema = z.object({ code: z.string(), error: z.string() })

export function isErrorBody(value: unknown): value is ErrorBody {
  return errorSchema.safeParse(value).success
}

/** Whether the object does not exist for this user. 422: the id in the URL is malformed. */
export function isMissing(error: unknown): boolean {
  return error instanceof ApiError && (error.status === 404 || error.status === 422)
}
