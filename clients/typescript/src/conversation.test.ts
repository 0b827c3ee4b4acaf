import { beforeEach, describe, expect, test, vi } from 'vitest'
import type { AnswerStream, Part } from './answer-stream.js'
import { ChatClient } from './chat-client.js'
import type { Conversation } from './conversation.js'
import { ClosedError, RefusedError } from './errors.js'
import { authSuccess, FakeChatServer, type FakeConnection, received } from './test/chat-server.js'
import { eventually } from './test/eventually.js'
import { end, refusal, stream } from './test/frames.js'

const POSITION = { message_id: 'a1', run: 1 }

let server: FakeChatServer
let conversation: Conversation

beforeEach(() => {
  server = new FakeChatServer()
  const chat = new ChatClient({
    url: 'http://chat.test/',
    getToken: () => 'token-1',
    maxDelay: 5,
    WebSocket: server.WebSocket,
  })
  conversation = chat.conversation('c1')
  return () => chat.close()
})

/** The nth connection, signed in. */
async function signedIn(number: number, active: string | null = null): Promise<FakeConnection> {
  const connection = await server.authenticating(number)
  connection.send(authSuccess({ active }))
  return connection
}

/** The answer to the question that the connection receives begins. */
async function accept(connection: FakeConnection): Promise<void> {
  const { client_id } = await received(connection, 'chat.message')
  connection.sendText(
    JSON.stringify({ type: 'chat.accepted', kind: 'message', client_id, run: 1, reply: { id: 'a1' } }),
  )
}

/** The questions that the connection has received. */
function questions({ received: frames }: FakeConnection): string[] {
  return frames.flatMap((frame) => (frame.type === 'chat.message' ? [frame.content] : []))
}

test('an answer continues over the next connection, and each loop gets all of its parts', async () => {
  const answer = conversation.ask('Go')
  const first = await signedIn(1)
  expect(first).toMatchObject({ url: 'ws://chat.test/ws/chat/c1/', protocols: ['ai-chat.2026-12'] })
  await accept(first)
  first.send(stream('a1', 'Half ', 0))
  first.close(1006)
  const second = await signedIn(2, 'a1')
  expect(second.received[0]).toMatchObject({ type: 'auth', resume: { ...POSITION, seq: 1 } })
  second.send(stream('a1', 'Half ', 0), stream('a1', 'and half.', 1), end('a1', 2))
  const parts: Part[] = []
  for await (const part of answer) parts.push(part)
  expect(parts).toEqual([
    { kind: 'text', text: 'Half ' },
    { kind: 'text', text: 'and half.' },
    expect.objectContaining({ kind: 'end', status: 'complete', text: 'Half and half.' }),
  ])
  expect(await answer.read()).toEqual(parts.at(-1))
  expect(conversation.counts).toEqual({
    connections: 2,
    frames: 4,
    deltas: 2,
    resets: 0,
    gaps: 0,
    repeats: 1,
  })
})

test('a question waits for the answer that is being written', async () => {
  const first = conversation.ask('Go')
  conversation.ask('More')
  const connection = await signedIn(1)
  await accept(connection)
  expect(questions(connection)).toEqual(['Go'])
  connection.send(end('a1', 0))
  expect((await first.read()).status).toBe('complete')
  expect(questions(connection)).toEqual(['Go', 'More'])
})

test('a refused question fails with the code and the retry time of the server', async () => {
  const answer = conversation.ask('Go')
  const connection = await signedIn(1)
  const { client_id } = await received(connection, 'chat.message')
  connection.send(refusal(client_id ?? '', 'RATE_LIMIT_EXCEEDED', 7))
  const failure = await answer.read().catch((error: unknown) => error)
  expect(failure).toBeInstanceOf(RefusedError)
  expect(failure).toMatchObject({ code: 'RATE_LIMIT_EXCEEDED', retryAfter: 7 })
})

test('a terminal frame of an unknown type ends the stream', async () => {
  const answer = conversation.ask('Go')
  const connection = await signedIn(1)
  await accept(connection)
  connection.send(stream('a1', 'All ', 0))
  connection.sendText(JSON.stringify({ type: 'tool.end', done: true, ...POSITION, from: 1, seq: 2 }))
  expect(await answer.read()).toMatchObject({ status: 'complete', text: 'All ', usage: null })
  expect(answer.status).toBe('complete')
})

test('a limit that refuses to fill a gap fails no answer, and a deleted answer fails', async () => {
  const answer = conversation.ask('Go')
  const connection = await signedIn(1)
  await accept(connection)
  connection.send(stream('a1', 'one ', 0))
  for (const [from, code] of [
    [2, 'RATE_LIMIT_EXCEEDED'],
    [3, 'NOT_FOUND'],
  ] as const) {
    connection.send(stream('a1', 'later ', from))
    const { client_id } = await received(connection, 'chat.follow')
    connection.send(refusal(client_id ?? '', code))
    connection.send(stream('a1', 'next ', from - 1))
  }
  const failure = await answer.read().catch((error: unknown) => error)
  expect(failure).toMatchObject({ code: 'NOT_FOUND' })
  expect(answer.position).toMatchObject({ seq: 2 })
})

test('frames that never fill a gap give the connection up, and the next one resumes', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'], shouldAdvanceTime: true })
  try {
    const answer = conversation.ask('Go')
    const first = await signedIn(1)
    await accept(first)
    first.send(stream('a1', 'one ', 0))
    first.send(stream('a1', 'three ', 2))
    await received(first, 'chat.follow')
    await vi.advanceTimersByTimeAsync(10_000)
    const second = await signedIn(2, 'a1')
    expect(second.received[0]).toMatchObject({ type: 'auth', resume: { ...POSITION, seq: 1 } })
    second.send(stream('a1', 'two ', 1), stream('a1', 'three ', 2), end('a1', 3))
    expect((await answer.read()).text).toBe('one two three ')
    expect(conversation.counts.gaps).toBe(1)
  } finally {
    vi.useRealTimers()
  }
})

describe('gaps in two answers that are followed at the same time', () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'], shouldAdvanceTime: true })
    return () => vi.useRealTimers()
  })

  async function followTwo(): Promise<[FakeConnection, AnswerStream, AnswerStream]> {
    const one = conversation.follow({ message_id: 'a1', run: 1, seq: 0 })
    const two = conversation.follow({ message_id: 'a2', run: 1, seq: 0 })
    return [await signedIn(1), one, two]
  }

  const follows = ({ received: frames }: FakeConnection, id: string) =>
    frames.filter((frame) => frame.type === 'chat.follow' && frame.message_id === id).length

  test('are requested once each', async () => {
    const [connection] = await followTwo()
    await eventually(() => expect(follows(connection, 'a1')).toBe(1))
    for (const from of [1, 2, 3]) {
      connection.send(stream('a1', 'later ', from))
      connection.send(stream('a2', 'later ', from))
    }
    await received(connection, 'chat.follow')
    expect([follows(connection, 'a1'), follows(connection, 'a2')]).toEqual([2, 1])
  })

  test('each have their own time limit', async () => {
    const [connection, , two] = await followTwo()
    await eventually(() => expect(follows(connection, 'a1')).toBe(1))
    connection.send(stream('a1', 'later ', 1))
    await vi.advanceTimersByTimeAsync(1000)
    connection.send(stream('a2', 'later ', 1))
    connection.send(stream('a2', 'first ', 0))
    expect(two.text).toBe('first ')
    await vi.advanceTimersByTimeAsync(9000)
    await signedIn(2)
  })
})

test('an answer that ends while frames are missing does not end the connection later', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'], shouldAdvanceTime: true })
  try {
    const answer = conversation.ask('Go')
    const connection = await signedIn(1)
    await accept(connection)
    connection.send(stream('a1', 'three ', 2))
    const { client_id } = await received(connection, 'chat.follow')
    connection.send({ type: 'chat.error', code: 'NOT_FOUND', error: 'No.', client_id: client_id ?? '' })
    await expect(answer.read()).rejects.toMatchObject({ code: 'NOT_FOUND' })
    await vi.advanceTimersByTimeAsync(20_000)
    expect(conversation.state).toEqual({ kind: 'open' })
  } finally {
    vi.useRealTimers()
  }
})

describe('closing a client', () => {
  let chat: ChatClient

  beforeEach(() => {
    chat = new ChatClient({
      url: 'http://chat.test/',
      getToken: () => 'token-1',
      WebSocket: server.WebSocket,
    })
  })

  test('closes the conversations that are connected', async () => {
    const connected = chat.conversation('c1')
    const answer = connected.ask('Go')
    await server.authenticating(1)
    chat.close()
    await expect(answer.read()).rejects.toBeInstanceOf(ClosedError)
    expect(connected.state).toEqual({ kind: 'closed', reason: 'ended' })
  })

  test('does not touch conversations that have no connection, which it has not kept', async () => {
    const [unused, closed] = [chat.conversation('c1'), chat.conversation('c2')]
    const failure = closed
      .ask('Go')
      .read()
      .catch(() => null)
    closed.close()
    await failure
    const closing = [vi.spyOn(unused, 'close'), vi.spyOn(closed, 'close')]
    chat.close()
    for (const close of closing) expect(close).not.toHaveBeenCalled()
  })
})
