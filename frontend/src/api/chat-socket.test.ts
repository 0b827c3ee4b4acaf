import { afterEach, beforeEach, expect, test } from 'vitest'
import { ChatSocket } from '@/api/chat-socket'
import type { RefreshOutcome } from '@/api/session'
import { authSuccess, FakeChatServer, received } from '@/test/chat-server'
import { eventually } from '@/test/eventually'
import type { Connection } from '@/lib/connection'
import type { AnswerPosition, ServerFrame } from '@/types/frames.gen'

let chat: FakeChatServer
let socket: ChatSocket
let frames: ServerFrame[]
let states: Connection[]
let resume: AnswerPosition | null
let token: string | null
let refreshOutcome: RefreshOutcome
let refreshes: number

beforeEach(() => {
  chat = new FakeChatServer()
  frames = []
  states = []
  resume = null
  token = 'token-1'
  refreshOutcome = 'refreshed'
  refreshes = 0
  socket = new ChatSocket({
    conversationId: 'c1',
    token: () => Promise.resolve(token),
    refresh: () => {
      refreshes += 1
      token = 'token-2'
      return Promise.resolve(refreshOutcome)
    },
    resume: () => resume,
    onFrame: (frame) => frames.push(frame),
    onConnection: (connection) => states.push(connection),
  })
})

afterEach(() => socket.close())

function state(): Connection | undefined {
  return states.at(-1)
}

async function openSocket() {
  socket.open()
  const connection = await chat.authenticating(1)
  connection.send(authSuccess())
  await eventually(() => expect(state()).toEqual({ kind: 'open' }))
  return connection
}

/** What a browser says when the network is back: no back-off is waited for. */
async function wake() {
  await eventually(() => expect(states.map(({ kind }) => kind)).toContain('waiting'))
  window.dispatchEvent(new Event('online'))
}

test('the first frame is the sign-in, and nothing else is sent before it is answered', async () => {
  socket.open()
  const connection = await chat.authenticating(1)
  expect(socket.send({ type: 'ping' })).toBe(false)
  expect(connection.received).toEqual([{ type: 'auth', token: 'token-1' }])
  connection.send(authSuccess())
  await eventually(() => expect(frames).toEqual([authSuccess()]))
  expect(socket.send({ type: 'chat.stop' })).toBe(true)
  await received(connection, 'chat.stop')
})

test.each([1006, 1011, 1012, 1001, 4029])(
  'a close with %i is followed by a connection that resumes',
  async (code) => {
    const first = await openSocket()
    resume = { message_id: 'm1', run: 2, seq: 17 }
    first.close(code)
    await wake()
    const second = await chat.authenticating(2)
    expect(second.received[0]).toEqual({ type: 'auth', token: 'token-1', resume })
  },
)

test('a conversation that is gone is not asked for again', async () => {
  const connection = await openSocket()
  connection.close(4004)
  await eventually(() => expect(state()).toEqual({ kind: 'closed', reason: 'no-conversation' }))
  window.dispatchEvent(new Event('online'))
  expect(chat.connections).toHaveLength(1)
})

test('a session that is refused is renewed once', async () => {
  const connection = await openSocket()
  connection.close(4001)
  const second = await chat.authenticating(2)
  expect(second.received[0]).toEqual({ type: 'auth', token: 'token-2' })
  expect(refreshes).toBe(1)
  second.close(4001)
  await eventually(() => expect(state()).toEqual({ kind: 'closed', reason: 'signed-out' }))
  expect(refreshes).toBe(1)
})

test('a session that cannot be renewed ends it', async () => {
  const connection = await openSocket()
  refreshOutcome = 'refused'
  connection.close(4001)
  await eventually(() => expect(state()).toEqual({ kind: 'closed', reason: 'signed-out' }))
})

test('a server that is away while the session is renewed is tried again', async () => {
  const connection = await openSocket()
  refreshOutcome = 'unreachable'
  connection.close(4001)
  await wake()
  await chat.authenticating(2)
})

test('without a token it waits for one', async () => {
  token = null
  socket.open()
  await eventually(() => expect(state()?.kind).toBe('waiting'))
  token = 'token-9'
  window.dispatchEvent(new Event('online'))
  const connection = await chat.authenticating(1)
  expect(connection.received[0]).toEqual({ type: 'auth', token: 'token-9' })
})

test('a page that is looked at again finds out whether the connection stands', async () => {
  const connection = await openSocket()
  document.dispatchEvent(new Event('visibilitychange'))
  await received(connection, 'ping')
})

test('one that was closed stays closed', async () => {
  await openSocket()
  socket.close()
  expect(state()).toEqual({ kind: 'closed', reason: 'ended' })
  window.dispatchEvent(new Event('online'))
  expect(socket.send({ type: 'ping' })).toBe(false)
  expect(chat.connections).toHaveLength(1)
})
