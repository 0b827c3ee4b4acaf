import { delay, http, HttpResponse } from 'msw'
import { beforeEach, describe, expect, test, vi } from 'vitest'
import { eventually } from '@/test/eventually'
import { errorResponse, server } from '@/test/server'
import { accessToken } from '@/test/tokens'

const REFRESH = '/api/auth/token/refresh'

/** Opens a tab: each has its own memory; all share storage and channels. */
async function openTab() {
  vi.resetModules()
  return (await import('@/api/session')).session
}

async function openSignedIn() {
  const session = await openTab()
  session.begin(accessToken('ann'))
  return session
}

const renewed = () => HttpResponse.json({ access: accessToken('ann') })
const refused = () => errorResponse(401, 'AUTH_FAILED')

beforeEach(() => {
  server.use(http.post('/api/auth/logout', () => HttpResponse.json({ message: 'ok' })))
})

describe('a page that opens', () => {
  test('resumes the session of its cookie, as a web client and with an empty body', async () => {
    let seen: { client: string | null; credentials: string; body: unknown } | undefined
    const token = accessToken('ann')
    server.use(
      http.post(REFRESH, async ({ request }) => {
        const body: unknown = await request.json()
        seen = { client: request.headers.get('X-Client'), credentials: request.credentials, body }
        return HttpResponse.json({ access: token })
      }),
    )
    const session = await openTab()
    await session.start()
    expect(session.status()).toBe('signed-in')
    expect(await session.token()).toBe(token)
    expect(seen).toEqual({ client: 'web', credentials: 'include', body: {} })
  })

  test.each([
    ['cookie', () => new HttpResponse(null, { status: 204 })],
    ['session', refused],
  ])('without a %s is signed out after one attempt', async (_, respond) => {
    let tries = 0
    server.use(
      http.post(REFRESH, () => {
        tries += 1
        return respond()
      }),
    )
    const session = await openTab()
    await session.start()
    expect(session.status()).toBe('signed-out')
    expect(tries).toBe(1)
  })

  test.each([
    ['cannot be reached', () => HttpResponse.error()],
    ['responds with an error', () => errorResponse(500, 'INTERNAL_ERROR')],
    [
      'is behind a proxy that responds with its own 401',
      () => new HttpResponse('<h1>No</h1>', { status: 401 }),
    ],
  ])('while the server %s keeps the session', async (_, respond) => {
    server.use(http.post(REFRESH, respond, { once: true }))
    const session = await openTab()
    await session.start()
    expect(session.status()).toBe('unreachable')
    server.use(http.post(REFRESH, renewed))
    await session.start()
    expect(session.status()).toBe('signed-in')
  })
})

describe('a token', () => {
  test('is renewed before it expires, once for all callers at the same time', async () => {
    let tries = 0
    server.use(
      http.post(REFRESH, async () => {
        tries += 1
        await delay(10)
        return HttpResponse.json({ access: accessToken('ann', 900 + tries) })
      }),
    )
    const session = await openTab()
    vi.useFakeTimers({ toFake: ['Date'] })
    session.begin(accessToken('ann', 900))
    vi.setSystemTime(Date.now() + 845_000)
    const [a, b] = await Promise.all([session.token(), session.token()])
    expect(a).toBe(b)
    expect(tries).toBe(1)
  })

  test('whose renewal is refused once is requested again before the user is signed out', async () => {
    const session = await openSignedIn()
    server.use(http.post(REFRESH, renewed))
    server.use(http.post(REFRESH, refused, { once: true }))
    expect(await session.refresh()).toBe('refreshed')
    expect(session.status()).toBe('signed-in')
  })

  test('whose renewal is refused twice ends the session, which a sign-in resumes', async () => {
    const session = await openSignedIn()
    server.use(http.post(REFRESH, refused))
    expect(await session.refresh()).toBe('refused')
    expect(session.status()).toBe('ended')
    expect(await session.token()).toBeNull()
    const resumed = session.waitForSignIn()
    session.begin(accessToken('ann'))
    expect(await resumed).toBe(true)
    expect(session.status()).toBe('signed-in')
  })

  test('of an ended session is not resumed after the user leaves it', async () => {
    const session = await openSignedIn()
    server.use(http.post(REFRESH, refused))
    await session.refresh()
    const resumed = session.waitForSignIn()
    session.forgetUser()
    expect(await resumed).toBe(false)
    expect(session.status()).toBe('signed-out')
  })

  test('is not stored where another script could read it', async () => {
    const session = await openTab()
    const token = accessToken('ann')
    session.begin(token)
    const stores = [localStorage, sessionStorage]
    const kept = stores.flatMap((store) => Object.keys(store).map((key) => store.getItem(key))).join()
    expect(kept + document.cookie).not.toContain(token)
  })
})

describe('two tabs', () => {
  test('sign in together', async () => {
    const [first, second] = [await openTab(), await openTab()]
    server.use(http.post(REFRESH, refused, { once: true }))
    await second.start()
    expect(second.status()).toBe('signed-out')
    server.use(http.post(REFRESH, renewed))
    first.begin(accessToken('ann'))
    await eventually(() => expect(second.status()).toBe('signed-in'))
  })
})

test('a sign-out that does not reach the server leaves the user signed in', async () => {
  const session = await openSignedIn()
  server.use(http.post('/api/auth/logout', () => HttpResponse.error()))
  await expect(session.signOut()).rejects.toMatchObject({ code: 'UNREACHABLE' })
  expect(session.status()).toBe('signed-in')
})

describe('a renewal during a sign-out', () => {
  /** Renews the session while the server signs it out; returns the outcome, and what was asked of the server. */
  async function renewDuringSignOut(respond: () => Response, renew: () => Response = refused) {
    const requests: string[] = []
    let release: () => void = () => undefined
    const released = new Promise<void>((resolve) => {
      release = resolve
    })
    server.use(
      http.post('/api/auth/logout', async () => {
        requests.push('logout')
        await released
        return respond()
      }),
      http.post(REFRESH, () => {
        requests.push('refresh')
        return renew()
      }),
    )
    const session = await openSignedIn()
    const ended = session.signOut().catch((error: unknown) => error)
    await eventually(() => expect(requests).toEqual(['logout']))
    const renewal = session.refresh()
    release()
    await ended
    return { session, requests, outcome: await renewal }
  }

  test('is refused without a request once the user is signed out', async () => {
    const ok = () => HttpResponse.json({ message: 'ok' })
    const { session, requests, outcome } = await renewDuringSignOut(ok)
    expect(outcome).toBe('refused')
    expect(session.status()).toBe('signed-out')
    expect(requests).toEqual(['logout'])
  })

  test('learns from the server that a sign-out without a response has ended the session', async () => {
    const { session, outcome } = await renewDuringSignOut(() => HttpResponse.error())
    expect(outcome).toBe('refused')
    expect(session.status()).toBe('ended')
  })

  test('continues the session if the sign-out has not reached the server', async () => {
    const { session, outcome } = await renewDuringSignOut(() => HttpResponse.error(), renewed)
    expect(outcome).toBe('refreshed')
    expect(session.status()).toBe('signed-in')
  })
})
