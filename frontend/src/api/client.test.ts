import { http, HttpResponse } from 'msw'
import { describe, expect, test, vi } from 'vitest'
import { errorResponse, server } from '@/test/server'
import { accessToken } from '@/test/tokens'

const expired = () => errorResponse(401, 'AUTH_FAILED')

async function open() {
  vi.resetModules()
  const { session } = await import('@/api/session')
  const { request } = await import('@/api/client')
  return { session, request }
}

describe('a request', () => {
  test('with a rejected token is repeated with a new one', async () => {
    const [old, fresh] = [accessToken('old'), accessToken('fresh')]
    const used: (string | null)[] = []
    server.use(
      http.post('/api/auth/token/refresh', () => HttpResponse.json({ access: fresh })),
      http.get('/api/models', ({ request }) => {
        used.push(request.headers.get('Authorization'))
        return used.length === 1 ? expired() : HttpResponse.json({ models: [], default: '' })
      }),
    )
    const { session, request } = await open()
    session.begin(old)
    await expect(request({ path: '/models' })).resolves.toEqual({ models: [], default: '' })
    expect(used).toEqual([`Bearer ${old}`, `Bearer ${fresh}`])
  })

  test('waits for the next session after the current one ends', async () => {
    server.use(
      http.get('/api/models', ({ request }) =>
        request.headers.get('Authorization') === `Bearer ${next}`
          ? HttpResponse.json({ models: [], default: '' })
          : expired(),
      ),
      http.post('/api/auth/token/refresh', expired),
    )
    const next = accessToken('ann')
    const { session, request } = await open()
    session.begin(accessToken('bob'))
    const responses = [request({ path: '/models' })]
    await vi.waitFor(() => expect(session.status()).toBe('ended'), { timeout: 20_000 })
    responses.push(request({ path: '/models' }))
    session.begin(next)
    expect(await Promise.all(responses)).toHaveLength(2)
  })

  test('that fails throws the status, code and retry time of the server', async () => {
    server.use(
      http.get('/api/models', () =>
        HttpResponse.json(
          { error: 'Too many.', code: 'RATE_LIMIT_EXCEEDED' },
          { status: 429, headers: { 'Retry-After': '17' } },
        ),
      ),
    )
    const { session, request } = await open()
    session.begin(accessToken('ann'))
    await expect(request({ path: '/models' })).rejects.toMatchObject({
      status: 429,
      code: 'RATE_LIMIT_EXCEEDED',
      retryAfter: 17,
    })
  })

  test('keeps the user signed in when the renewal does not reach the server', async () => {
    server.use(
      http.get('/api/models', expired),
      http.post('/api/auth/token/refresh', () => HttpResponse.error()),
    )
    const { session, request } = await open()
    session.begin(accessToken('ann'))
    await expect(request({ path: '/models' })).rejects.toMatchObject({ code: 'UNREACHABLE' })
    expect(session.status()).toBe('signed-in')
  })
})

describe('the base URLs', () => {
  test('come from the variables of the build', async () => {
    vi.stubEnv('VITE_API_BASE_URL', 'http://localhost:8000/api')
    vi.stubEnv('VITE_WS_BASE_URL', 'ws://localhost:8000/')
    vi.resetModules()
    const { apiUrl, socketUrl } = await import('@/api/base-urls')
    expect(apiUrl('/models')).toBe('http://localhost:8000/api/models')
    expect(socketUrl('/ws/chat/1/')).toBe('ws://localhost:8000/ws/chat/1/')
  })
})
