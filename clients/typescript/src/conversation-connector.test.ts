import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Connector } from './connector.js'
import { createConversationConnector } from './conversation-connector.js'
import type { RefreshOutcome } from './server-access.js'
import { authSuccess, FakeChatServer, received } from './test/chat-server.js'
import { eventually } from './test/eventually.js'
import { accessTo } from './test/server-access.js'
import type { ConnectionState } from './connection-state.js'
import type { AnswerPosition, ServerFrame } from './frames.gen.js'

let chat: FakeChatServer
let connector: Connector<ServerFrame>
let frames: ServerFrame[]
let states: ConnectionState[]
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
  const tokens = {
    token: () => Promise.resolve(token),
    refresh: () => {
      refreshes += 1
      token = 'token-2'
      return Promise.resolve(refreshOutcome)
    },
  }
  connector = createConversationConnector(accessTo({ tokens, WebSocket: chat.WebSocket }), 'c1', {
    resume: () => resume,
    onFrame: (frame) => frames.push(frame),
    onState: (state) => states.push(state),
  })
})

afterEach(() => connector.close())

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

/** Announces that the network is back, as a browser does, which ends the back-off. */
async function wake() {
  await eventually(() => expect(states.map(({ kind }) => kind)).toContain('waiting'))
  window.dispatchEvent(new Event('online'))
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

test.each([1006, 1011, 1012, 1001, 4029])(
  'after a close with %i the next connection resumes',
  async (code) => {
    const first = await openConnection()
    resume = { message_id: 'm1', run: 2, seq: 17 }
    first.close(code)
    await wake()
    const second = await chat.authenticating(2)
    expect(second.received[0]).toEqual({ type: 'auth', token: 'token-1', resume })
  },
)

test('a connector does not reconnect to a deleted conversation', async () => {
  const connection = await openConnection()
  connection.close(4004)
  await eventually(() => expect(lastState()).toEqual({ kind: 'closed', reason: 'no-conversation' }))
  window.dispatchEvent(new Event('online'))
  expect(chat.connections).toHaveLength(1)
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

test('a refused renewal closes the connector', async () => {
  const connection = await openConnection()
  refreshOutcome = 'refused'
  connection.close(4001)
  await eventually(() => expect(lastState()).toEqual({ kind: 'closed', reason: 'signed-out' }))
})

test('a renewal that does not reach the server is tried again', async () => {
  const connection = await openConnection()
  refreshOutcome = 'unreachable'
  connection.close(4001)
  await wake()
  await chat.authenticating(2)
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
