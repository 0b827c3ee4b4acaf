import { ApiError, isErrorBody, unreachable } from '@/api/api-error'
import { apiUrl } from '@/api/base-urls'

export interface HttpRequest {
  method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  path: string
  body?: unknown
  token?: string | null
  signal?: AbortSignal | undefined
  /** Whether the response is a file, which is returned as a `Blob`. */
  isFile?: boolean
}

/** Begins the paths that read or set the refresh cookie. */
const AUTH_PREFIX = '/auth/'

/**
 * One request, one response. Throws `ApiError`, even when the server cannot be reached; an aborted request throws the
 * error of `fetch`.
 */
export async function sendHttp<T>(request: HttpRequest): Promise<T> {
  const headers = new Headers({ Accept: 'application/json' })
  if (request.body !== undefined) headers.set('Content-Type', 'application/json')
  if (request.token) headers.set('Authorization', `Bearer ${request.token}`)
  const isAuth = request.path.startsWith(AUTH_PREFIX)
  if (isAuth) headers.set('X-Client', 'web')

  let response: Response
  try {
    response = await fetch(apiUrl(request.path), {
      method: request.method ?? 'GET',
      headers,
      body: request.body === undefined ? null : JSON.stringify(request.body),
      credentials: isAuth ? 'include' : 'same-origin',
      signal: request.signal ?? null,
    })
  } catch (error) {
    if (request.signal?.aborted) throw error
    throw unreachable()
  }
  if (request.isFile && response.ok) return (await response.blob()) as T
  return (await readResponse(response)) as T
}

/** The text at a signed URL. Throws `ApiError`. */
export async function fetchText(url: string, signal: AbortSignal): Promise<string> {
  const response = await fetch(url, { signal }).catch(() => null)
  if (!response?.ok) throw unreachable()
  return response.text()
}

async function readResponse(response: Response): Promise<unknown> {
  if (response.status === 204) return undefined
  const body: unknown = await response.json().catch(() => undefined)
  return checkResponse(response.status, body, response.headers.get('Retry-After'))
}

/** The body of a successful response. Throws `ApiError` for any other; undefined is a body that is not JSON. */
export function checkResponse(status: number, body: unknown, retryAfter: string | null): unknown {
  const isOk = status >= 200 && status < 300
  if (isOk && body !== undefined) return body
  if (!isOk && isErrorBody(body)) throw new ApiError(status, body, secondsOf(retryAfter))
  // A page of a proxy says nothing about the session, so it counts as an unreachable server.
  throw unreachable()
}

function secondsOf(retryAfter: string | null): number | null {
  if (retryAfter === null) return null
  const seconds = Number(retryAfter)
  return Number.isFinite(seconds) && seconds >= 0 ? Math.ceil(seconds) : null
}
