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

/** The paths that read or set the refresh cookie. */
const AUTH_PATHS = '/auth/'

/**
 * One request, one response. Throws `ApiError`, also when the server is not reached; an aborted request throws what
 * `fetch` throws.
 */
export async function sendHttp<T>(request: HttpRequest): Promise<T> {
  const headers = new Headers({ Accept: 'application/json' })
  if (request.body !== undefined) headers.set('Content-Type', 'application/json')
  if (request.token) headers.set('Authorization', `Bearer ${request.token}`)
  const isAuth = request.path.startsWith(AUTH_PATHS)
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
  return (await readAnswer(response)) as T
}

async function readAnswer(response: Response): Promise<unknown> {
  if (response.status === 204) return undefined
  const body: unknown = await response.json().catch(() => undefined)
  if (response.ok && body !== undefined) return body
  if (!response.ok && isErrorBody(body)) throw new ApiError(response.status, body, retryAfterOf(response))
  // A page of a proxy says nothing about the session, so it counts as an unreachable server.
  throw unreachable()
}

function retryAfterOf(response: Response): number | null {
  const value = response.headers.get('Retry-After')
  if (value === null) return null
  const seconds = Number(value)
  return Number.isFinite(seconds) && seconds >= 0 ? Math.ceil(seconds) : null
}
