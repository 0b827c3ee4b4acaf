/** The change to HTTP after three refused handshakes, and back (docs/protocol.md: P-9.7). */
import { http, HttpResponse } from 'msw'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { ChatSocket } from '@/api/chat-socket'
import { handshakes } from '@/api/handshakes'
import { session } from '@/api/session'
import { authSuccess, FakeChatServer } from '@/test/chat-server'
import { eventually } from '@/test/eventually'
import { server } from '@/test/server'
import { FakeStreamServer, refuseHandshakes } from '@/test/stream-server'
import { accessToken } from '@/test/tokens'
import type { Connection } from '@/lib/connection'
import type { AnswerPosition, ServerFrame } from '@/types/frames.gen'

const RESUME = { message_id: 'm1', run: 2, seq: 17 }

let streams: FakeStreamServer
let socket: ChatSocket
let frames: ServerFrame[]
let states: Connection[]
let resume: AnswerPosition | null

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
  refuseHandshakes()
  handshakes.succeeded()
  session.begin(accessToken('ann'))
  streams = new FakeStreamServer()
  frames = []
  states = []
  resume = null
  socket = new ChatSocket({
    conversationId: 'c1',
    token: () => session.token(),
    refresh: () => Promise.resolve('refused'),
    resume: () => resume,
    onFrame: (frame) => frames.push(frame),
    onConnection: (connection) => states.push(connection),
  })
})

afterEach(() => {
  socket.close()
  vi.unstubAllGlobals()
  vi.useRealTimers()
})

const state = () => states.at(-1)

async function openStream(): Promise<void> {
  for (let tries = 1; tries <= 3; tries += 1) handshakes.failed()
  socket.open()
  await streams.listening(1)
  streams.send(authSuccess())
  await eventually(() => expect(state()).toEqual({ kind: 'open' }))
}

test('after three refused handshakes the frames come another way', async () => {
  resume = RESUME
  socket.open()
  await streams.listening(1)
  expect(states.filter(({ kind }) => kind === 'waiting')).toHaveLength(3)
  expect(streams.queries).toEqual(['?message_id=m1&run=2&seq=17'])
  streams.send(authSuccess(), { type: 'pong' })
  await eventually(() => expect(frames).toEqual([authSuccess(), { type: 'pong' }]))
  expect(state()).toEqual({ kind: 'open' })
})

test('commands are posted, and what refuses them comes as a frame', async () => {
  await openStream()
  const stop = { type: 'chat.stop', message_id: 'm1' } as const
  expect(socket.send(stop)).toBe(true)
  await eventually(() => expect(streams.commands).toEqual([stop]))
  const error = { type: 'chat.error', code: 'EMPTY_CONTENT', error: 'Empty.', client_id: 'x' } as const
  streams.answer = { status: 422, frame: error }
  socket.send({ type: 'chat.message', client_id: 'x', content: ' ' })
  await eventually(() => expect(frames.at(-1)).toEqual(error))
})

test('a gap is followed from a position', async () => {
  await openStream()
  socket.send({ type: 'chat.follow', ...RESUME })
  await streams.listening(2)
  expect(streams.queries[1]).toBe('?message_id=m1&run=2&seq=17')
})

test('a comment is a sign of life', async () => {
  await openStream()
  streams.write(': ping\n\n')
  await eventually(() => expect(frames.at(-1)).toEqual({ type: 'ping' }))
})

test.each([
  [4004, 'no-conversation'],
  [4001, 'signed-out'],
] as const)('the end %i means what it means on a socket', async (code, reason) => {
  await openStream()
  streams.write(`event: close\ndata: {"code":${code}}\n\n`)
  await eventually(() => expect(state()).toEqual({ kind: 'closed', reason }))
})

test('a stream that breaks off is taken up again from where it was', async () => {
  await openStream()
  resume = RESUME
  streams.end()
  await streams.listening(2)
  expect(streams.queries[1]).toBe('?message_id=m1&run=2&seq=17')
})

test('a conversation that is not there', async () => {
  server.use(
    http.get('/api/conversations/:id/events', () =>
      HttpResponse.json({ error: 'None.', code: 'NO_CONVERSATION' }, { status: 404 }),
    ),
  )
  for (let tries = 1; tries <= 3; tries += 1) handshakes.failed()
  socket.open()
  await eventually(() => expect(state()).toEqual({ kind: 'closed', reason: 'no-conversation' }))
})

test('once a minute a WebSocket is tried, and taken when it gets through', async () => {
  await openStream()
  vi.advanceTimersByTime(60_000)
  expect(state()).toEqual({ kind: 'open' })
  vi.unstubAllGlobals()
  const chat = new FakeChatServer()
  resume = RESUME
  vi.advanceTimersByTime(60_000)
  // The first was the trial.
  const connection = await chat.authenticating(2)
  expect(connection.received[0]).toMatchObject({ type: 'auth', resume: RESUME })
  connection.send(authSuccess())
  await eventually(() => expect(state()).toEqual({ kind: 'open' }))
  expect(streams.queries).toHaveLength(1)
})
