/** The calls of the REST API: creating and deleting conversations, and signing in. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { ChatClient } from './chat-client.js'
import { ApiError, ChatError, SignedOutError } from './errors.js'
import { createTokenRenewer, signIn } from './tokens.js'

const JSON_TYPE = { 'Content-Type': 'application/json' }
const HTML_TYPE = { 'Content-Type': 'text/html' }

let fetch: ReturnType<typeof vi.fn<typeof globalThis.fetch>>

beforeEach(() => {
  fetch = vi.fn<typeof globalThis.fetch>()
  vi.stubGlobal('fetch', fetch)
})

afterEach(() => vi.unstubAllGlobals())

function respond(status: number, body: unknown, headers: Record<string, string> = JSON_TYPE): void {
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  fetch.mockResolvedValueOnce(new Response(status === 204 ? null : text, { status, headers }))
}

const createClient = (getToken = () => 'token-1' as string | null) =>
  new ChatClient({ url: 'http://chat.test/', getToken })

async function failureOf(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    () => null,
    (error: unknown) => error,
  )
}

test("a proxy's page is an ApiError, with the time of Retry-After", async () => {
  respond(502, '<html>Bad gateway</html>', { ...HTML_TYPE, 'Retry-After': '7' })
  const failure = await failureOf(createClient().createConversation())
  expect(failure).toBeInstanceOf(ApiError)
  expect(failure).toMatchObject({ status: 502, code: 'HTTP_ERROR', retryAfter: 7 })
})

test("a proxy's page is not taken for a created or deleted conversation", async () => {
  const failure = { status: 200, code: 'HTTP_ERROR' }
  respond(200, '<html>Sign in to the network</html>', HTML_TYPE)
  expect(await failureOf(createClient().createConversation())).toMatchObject(failure)
  respond(200, '<html>Sign in to the network</html>', HTML_TYPE)
  expect(await failureOf(createClient().deleteConversation('c1'))).toMatchObject(failure)
})

test('a refused call is an ApiError with the code of the server', async () => {
  respond(429, { code: 'RATE_LIMIT_EXCEEDED', error: 'Later.' }, { ...JSON_TYPE, 'Retry-After': '3' })
  const failure = await failureOf(createClient().createConversation())
  expect(failure).toBeInstanceOf(ApiError)
  expect(failure).toMatchObject({
    status: 429,
    code: 'RATE_LIMIT_EXCEEDED',
    message: 'Later.',
    retryAfter: 3,
  })
})

test('a conversation is deleted by its encoded id', async () => {
  respond(204, null)
  await createClient().deleteConversation('a/b')
  expect(fetch.mock.lastCall?.[0]).toBe('http://chat.test/api/conversations/a%2Fb')
})

test('a call fails as signed out only if the session has ended', async () => {
  respond(401, { code: 'UNAUTHORIZED', error: 'No.' })
  const renewer = createTokenRenewer('http://chat.test', { access: 'expired', refresh: 'refresh-1' })
  const client = new ChatClient({ url: 'http://chat.test', getToken: renewer })
  fetch.mockRejectedValueOnce(new TypeError('fetch failed'))
  expect(await failureOf(client.deleteConversation('c1'))).toEqual(new TypeError('fetch failed'))
  respond(401, { code: 'UNAUTHORIZED', error: 'No.' })
  respond(401, { code: 'UNAUTHORIZED', error: 'No.' })
  expect(await failureOf(client.deleteConversation('c1'))).toBeInstanceOf(SignedOutError)
})

test.each(['http://chat.test', 'http://chat.test/', 'http://chat.test/sub/'])(
  'signing in at %s requests the tokens from the API there',
  async (url) => {
    respond(200, { access: 'token-1', refresh: 'refresh-1' })
    const getToken = await signIn(url, 'ann', 'secret')
    expect(fetch.mock.lastCall?.[0]).toBe(`${url.replace(/\/$/, '')}/api/auth/token/pair`)
    respond(200, { access: 'token-2', refresh: 'refresh-2' })
    expect(await getToken({ isRefused: true })).toBe('token-2')
    expect(fetch.mock.lastCall?.[0]).toBe(`${url.replace(/\/$/, '')}/api/auth/token/refresh`)
  },
)

test('a failed sign-in says why', async () => {
  respond(401, { code: 'INVALID_CREDENTIALS', error: 'The password is wrong.' })
  expect(await failureOf(signIn('http://chat.test', 'ann', 'wrong'))).toEqual(
    new SignedOutError('The password is wrong.'),
  )
  respond(429, { code: 'ACCOUNT_LOCKED', error: 'Locked.' }, { ...JSON_TYPE, 'Retry-After': '60' })
  const failure = await failureOf(signIn('http://chat.test', 'ann', 'secret'))
  expect(failure).toBeInstanceOf(ChatError)
  expect(failure).toMatchObject({ status: 429, code: 'ACCOUNT_LOCKED', retryAfter: 60 })
})
