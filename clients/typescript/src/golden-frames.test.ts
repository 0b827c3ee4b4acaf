import { beforeEach, expect, test } from 'vitest'
import commands from '../../../contract/golden/commands.json' with { type: 'json' }
import golden from '../../../contract/golden/frames.json' with { type: 'json' }
import refusals from '../../../contract/golden/refusals.json' with { type: 'json' }
import type { Connector } from './connector.js'
import { createConversationConnector } from './conversation-connector.js'
import { authSuccess, FakeChatServer, type FakeConnection } from './test/chat-server.js'
import { eventually } from './test/eventually.js'
import { accessTo } from './test/server-access.js'
import type { ClientCommand, ServerFrame } from './frames.gen.js'

let frames: ServerFrame[]
let connector: Connector<ServerFrame>
let connection: FakeConnection

beforeEach(async () => {
  const chat = new FakeChatServer()
  frames = []
  connector = createConversationConnector(accessTo({ WebSocket: chat.WebSocket }), 'c1', {
    resume: () => ({}),
    onFrame: (frame) => frames.push(frame),
    onState: () => undefined,
  })
  connector.open()
  connection = await chat.authenticating(1)
  connection.send(authSuccess())
  await eventually(() => expect(frames).toHaveLength(1))
  return () => connector.close()
})

test('the connector reads every frame as the server writes it', async () => {
  const texts = [...golden.map(({ text }) => text), ...refusals.map(({ refusal }) => refusal)]
  for (const text of texts) connection.sendText(text)
  await eventually(() => expect(frames).toHaveLength(texts.length + 1))
  expect(frames.slice(1)).toEqual(texts.map((text) => JSON.parse(text) as unknown))
})

test('the connector writes every command as the server reads it', async () => {
  const texts = commands.filter(({ name }) => name !== 'Authenticate').map(({ text }) => text)
  for (const text of texts) expect(connector.send(JSON.parse(text) as ClientCommand)).toBe(true)
  await eventually(() => expect(connection.received).toHaveLength(texts.length + 1))
  expect(connection.received.slice(1).map((frame) => JSON.stringify(frame))).toEqual(texts)
})
