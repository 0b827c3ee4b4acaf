import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { Connector } from './connector.js'
import { createConversationConnector } from './conversation-connector.js'
import { authSuccess, FakeChatServer, received } from './test/chat-server.js'
import { eventually } from './test/eventually.js'
import { stream } from './test/frames.js'
import { accessTo } from './test/server-access.js'
import type { ConnectionState } from './connection-state.js'
import type { AnswerPosition, ServerFrame } from './frames.gen.js'

let chat: FakeChatServer
let connector: Connector<ServerFrame>
let frames: ServerFrame[]
let states: ConnectionState[]
let resume: AnswerPosition | null
let token: string | null
let refreshes: number
/** The milliseconds before each further connection, without randomness. */
let delays: unknown[]

beforeEach(() => {
  chat = new FakeChatServer()
  frames = []
  states = []
  resume = null
  token = 'token-1'
  refreshes = 0
  delays = []
  vi.spyOn(Math, 'random').mockReturnValue(1)
  const timers = vi.spyOn(globalThis, 'setTimeout')
  const tokens = {
    token: () => Promise.resolve(token),
    refresh: () => {
      refreshes += 1
      token = 'token-2'
      return Promise.resolve('refreshed' as const)
    },
  }
  connector = createConversationConnector(accessTo({ tokens, WebSocket: chat.WebSocket }), 'c1', {
    resume: () => (resume ? { resume } : {}),
    onFrame: (frame) => frames.push(frame),
    onState: (state) => {
      states.push(state)
      if (state.kind === 'waiting') delays.push(timers.mock.lastCall?.[1])
    },
  })
})

afterEach(() => {
  connector.close()
  vi.useRealTimers()
  vi.restoreAllMocks()
})

function lastState(): ConnectionState | undefined {
  return states.at(-1)
}

async function openConnection() {
  connector.open()
  const connection = await chat.authenticating(1)
  connection.send(authSuccess())
  await eventually(() => expect(lastState()).toEqual({ kind: 'open' }))
  return connection
}

test('the first frame signs in, and no command is sent before the server accepts it', async () => {
  connector.open()
  const connection = await chat.authenticating(1)
  expect(connector.send({ type: 'ping' })).toBe(false)
  expect(connection.received).toEqual([{ type: 'auth', token: 'token-1' }])
  connection.send(authSuccess())
  await eventually(() => expect(frames).toEqual([authSuccess()]))
  expect(connector.send({ type: 'chat.stop' })).toBe(true)
  await received(connection, 'chat.stop')
})

test('where the user has too many connections, a later one resumes', async () => {
  const first = await openConnection()
  resume = { message_id: 'm1', run: 2, seq: 17 }
  first.close(4029)
  await eventually(() => expect(lastState()).toEqual({ kind: 'waiting' }))
  window.dispatchEvent(new Event('online'))
  const second = await chat.authenticating(2)
  expect(second.received[0]).toEqual({ type: 'auth', token: 'token-1', resume })
})

test('the delay grows until a connection brings something new', async () => {
  const accepted = JSON.stringify({ type: 'chat.accepted', reply: { id: 'm1' }, run: 1 })
  const part = JSON.stringify(stream('m1', 'w1 ', 0))
  const sent = [[], [], ['{"type":"ping"}'], [accepted], [accepted], [accepted, part], [part]]
  connector.open()
  for (const [index, texts] of sent.entries()) {
    const connection = await chat.authenticating(index + 1)
    connection.send(authSuccess())
    texts.forEach((text) => connection.sendText(text))
    connection.close(1011)
    await eventually(() => expect(delays).toHaveLength(index + 1))
    window.dispatchEvent(new Event('online'))
  }
  expect(delays).toEqual([500, 1000, 2000, 500, 1000, 500, 1000])
})

test('the delay does not grow between connections that last as long as the longest delay', async () => {
  vi.useFakeTimers({ toFake: ['Date'] })
  connector.open()
  for (const [index, seconds] of [0, 19, 20, 0].entries()) {
    const connection = await chat.authenticating(index + 1)
    connection.send(authSuccess())
    await eventually(() => expect(lastState()).toEqual({ kind: 'open' }))
    vi.setSystemTime(Date.now() + seconds * 1000)
    connection.close(1006)
    await eventually(() => expect(delays).toHaveLength(index + 1))
    window.dispatchEvent(new Event('online'))
  }
  expect(delays).toEqual([500, 1000, 500, 1000])
})

test('a server that restarts again and again is called less and less often', async () => {
  connector.open()
  for (let number = 1; number <= 3; number += 1) {
    const connection = await chat.authenticating(number)
    connection.send(authSuccess())
    connection.close(1012)
    await eventually(() => expect(delays).toHaveLength(number))
    window.dispatchEvent(new Event('online'))
  }
  expect(delays).toEqual([1000, 1000, 2000])
})

test('a rejected token is renewed once', async () => {
  const connection = await openConnection()
  connection.close(4001)
  const second = await chat.authenticating(2)
  expect(second.received[0]).toEqual({ type: 'auth', token: 'token-2' })
  expect(refreshes).toBe(1)
  second.close(4001)
  await eventually(() => expect(lastState()).toEqual({ kind: 'closed', reason: 'signed-out' }))
  expect(refreshes).toBe(1)
})

test('without a token the connector waits for one', async () => {
  token = null
  connector.open()
  await eventually(() => expect(lastState()?.kind).toBe('waiting'))
  token = 'token-9'
  window.dispatchEvent(new Event('online'))
  const connection = await chat.authenticating(1)
  expect(connection.received[0]).toEqual({ type: 'auth', token: 'token-9' })
})

test('a page that becomes visible checks the connection with a ping', async () => {
  const connection = await openConnection()
  document.dispatchEvent(new Event('visibilitychange'))
  await received(connection, 'ping')
})

test('a closed connector stays closed', async () => {
  await openConnection()
  connector.close()
  expect(lastState()).toEqual({ kind: 'closed', reason: 'ended' })
  window.dispatchEvent(new Event('online'))
  expect(connector.send({ type: 'ping' })).toBe(false)
  expect(chat.connections).toHaveLength(1)
})
