/** Bodies of responses: the server sends JSON, anything else comes from a proxy (docs/protocol.md: P-9.8). */
import { ApiError } from './errors.js'
import { readRetrySeconds } from './retry-after.js'

export interface Refusal {
  code: string
  error: string
  /** The seconds to wait before another try, from the header `Retry-After` or else from the body. */
  retryAfter: number | null
}

/** The JSON object in the body; null if the body is something else. */
export async function readObject(response: Response): Promise<object | null> {
  if (!response.headers.get('Content-Type')?.toLowerCase().startsWith('application/json')) return null
  try {
    const body: unknown = await response.json()
    return typeof body === 'object' && body !== null && !Array.isArray(body) ? body : null
  } catch {
    return null
  }
}

/** Why the server refuses; null if the body is not from the server. */
export async function readRefusal(response: Response): Promise<Refusal | null> {
  const body = await readObject(response)
  const { code, error, retry_after } = (body ?? {}) as Record<string, unknown>
  if (typeof code !== 'string' || typeof error !== 'string') return null
  const inBody = typeof retry_after === 'number' ? retry_after : null
  return { code, error, retryAfter: readRetrySeconds(response) ?? inBody }
}

/** The object in the body of a response of the REST API. Throws `ApiError` for a refusal, and for a proxy's page. */
export async function readApiObject(response: Response): Promise<object> {
  const { ok, status } = response
  const body = ok ? await readObject(response) : null
  if (body) return body
  const refusal = ok ? null : await readRefusal(response)
  if (refusal) throw new ApiError(status, refusal.code, refusal.error, refusal.retryAfter)
  const message = `The response (HTTP ${status}) does not come from the server.`
  throw new ApiError(status, 'HTTP_ERROR', message, readRetrySeconds(response))
}
