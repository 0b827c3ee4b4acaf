/** The switch to HTTP after three refused handshakes, and back (docs/protocol.md: P-9.7). */
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { Connector } from './connector.js'
import { createConversationConnector } from './conversation-connector.js'
import { Handshakes } from './handshakes.js'
import { authSuccess, FakeChatServer } from './test/chat-server.js'
import { eventually } from './test/eventually.js'
import { accessTo, TOKENS } from './test/server-access.js'
import { FakeStreamServer } from './test/stream-server.js'
import type { ConnectionState } from './connection-state.js'
import type { AnswerPosition, ServerFrame } from './frames.gen.js'
import type { ConnectionNeed } from './stream-slot.js'

const RESUME = { message_id: 'm1', run: 2, seq: 17 }

let chat: FakeChatServer
let streams: FakeStreamServer
let handshakes: Handshakes
let connector: Connector<ServerFrame>
let frames: ServerFrame[]
let states: ConnectionState[]
let resume: AnswerPosition | null
let need: ConnectionNeed

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'Date'] })
  chat = new FakeChatServer()
  chat.isRefusing = true
  streams = new FakeStreamServer()
  handshakes = new Handshakes()
  frames = []
  states = []
  resume = null
  need = 'idle'
  const tokens = { token: TOKENS.token, refresh: () => Promise.resolve('refused' as const) }
  const server = accessTo({ tokens, handshakes, WebSocket: chat.WebSocket, fetch: streams.fetch })
  connector = createConversationConnector(server, 'c1', {
    resume: () => (resume ? { resume } : {}),
    need: () => need,
    onFrame: (frame) => frames.push(frame),
    onState: (state) => states.push(state),
  })
})

afterEach(() => {
  connector.close()
  vi.useRealTimers()
})

const lastState = () => states.at(-1)

async function openStream(): Promise<void> {
  for (let tries = 1; tries <= 3; tries += 1) handshakes.recordFailure()
  connector.open()
  await streams.listening(1)
  streams.send(authSuccess())
  await eventually(() => expect(lastState()).toEqual({ kind: 'open' }))
}

test('after three refused handshakes frames arrive in an event stream', async () => {
  resume = RESUME
  connector.open()
  await streams.listening(1)
  expect(states.filter(({ kind }) => kind === 'waiting')).toHaveLength(3)
  expect(streams.queries).toEqual(['?message_id=m1&run=2&seq=17'])
  streams.send(authSuccess(), { type: 'pong' })
  await eventually(() => expect(frames).toEqual([authSuccess(), { type: 'pong' }]))
  expect(lastState()).toEqual({ kind: 'open' })
})

test('a follow command opens a stream from its position', async () => {
  await openStream()
  connector.send({ type: 'chat.follow', ...RESUME })
  await streams.listening(2)
  expect(streams.queries[1]).toBe('?message_id=m1&run=2&seq=17')
})

test.each([
  { headers: {}, seconds: 9 },
  { headers: { 'Retry-After': '4' }, seconds: 4 },
])('a refused command with $headers may be repeated after $seconds seconds', async ({ headers, seconds }) => {
  await openStream()
  const refusal = { code: 'RATE_LIMIT_EXCEEDED', error: 'Later.' }
  streams.refusal = { status: 429, body: { ...refusal, retry_after: 9 }, headers }
  connector.send({ type: 'chat.message', client_id: 'm1', content: 'Go' })
  const frame = { type: 'chat.error', ...refusal, client_id: 'm1', retry_after: seconds }
  await eventually(() => expect(frames.at(-1)).toEqual(frame))
})

test('a comment counts as a ping', async () => {
  await openStream()
  streams.write(': ping\n\n')
  await eventually(() => expect(frames.at(-1)).toEqual({ type: 'ping' }))
})

test.each([
  [4004, 'no-conversation'],
  [4001, 'signed-out'],
] as const)('a close event with %i means the same as on a WebSocket', async (code, reason) => {
  await openStream()
  streams.write(`event: close\ndata: {"code":${code}}\n\n`)
  await eventually(() => expect(lastState()).toEqual({ kind: 'closed', reason }))
})

test('a page that becomes visible does not connect before the time of Retry-After', async () => {
  for (let tries = 1; tries <= 3; tries += 1) handshakes.recordFailure()
  streams.refusal = { status: 429, body: {}, headers: { 'Retry-After': '3600' } }
  connector.open()
  await eventually(() => expect(lastState()).toEqual({ kind: 'waiting' }))
  document.dispatchEvent(new Event('visibilitychange'))
  expect(lastState()).toEqual({ kind: 'waiting' })
  vi.setSystemTime(Date.now() + 3_600_000)
  document.dispatchEvent(new Event('visibilitychange'))
  await streams.listening(2)
})

test('a stream that is not needed is closed, and continues once it is', async () => {
  await openStream()
  need = 'none'
  connector.updateNeed()
  await eventually(() => expect(streams.left).toBe(1))
  expect(lastState()).toEqual({ kind: 'queued' })
  resume = RESUME
  need = 'urgent'
  connector.updateNeed()
  await streams.listening(2)
  expect(streams.queries[1]).toBe('?message_id=m1&run=2&seq=17')
})

test('a WebSocket is tried once a minute, and used once its handshake succeeds', async () => {
  await openStream()
  vi.advanceTimersByTime(60_000)
  expect(lastState()).toEqual({ kind: 'open' })
  chat.isRefusing = false
  resume = RESUME
  vi.advanceTimersByTime(60_000)
  // Connection 1 was the trial.
  const connection = await chat.authenticating(2)
  expect(connection.received[0]).toMatchObject({ type: 'auth', resume: RESUME })
  connection.send(authSuccess())
  await eventually(() => expect(lastState()).toEqual({ kind: 'open' }))
  expect(streams.queries).toHaveLength(1)
})
