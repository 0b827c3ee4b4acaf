/**
 * Live answers, from the first frame to the query cache. The store is imported directly: `openPage` resets the modules,
 * so its application has its own instance.
 */
import { QueryClient } from '@tanstack/react-query'
import { beforeEach, expect, test } from 'vitest'
import type { AnswerFrame } from 'ai-chat-client'
import { session } from '@/api/session'
import { threadQuery } from '@/api/conversations'
import { ConversationSession } from '@/core/conversation/conversation-session'
import { LiveAnswers } from '@/core/conversation/live-answers'
import { useLive } from '@/stores/live'
import { authSuccess, FakeChatServer } from '@/test/chat-server'
import { eventually } from '@/test/eventually'
import { accepted, end, stream } from '@/test/frames'
import { answer, question } from '@/test/messages'
import { accessToken } from '@/test/tokens'
import type { Message } from '@/types/api'

const Q1 = question('q1', null)
const WRITING = answer('a1', 'q1', { content: '', seq: 0, status: 'streaming' })

let client: QueryClient

beforeEach(() => {
  client = new QueryClient()
  useLive.getState().clear()
})

function setThread(...messages: Message[]): void {
  client.setQueryData(threadQuery('c1').queryKey, { messages, hasOlder: false, newerFrom: null })
}

const cachedAnswer = () => client.getQueryData(threadQuery('c1').queryKey)?.messages.at(-1)
const liveAnswers = () => useLive.getState().answers

/** Applies these frames to live answers whose cache is watched. */
function receive(...frames: unknown[]): void {
  const answers = new LiveAnswers(client, 'c1', { onGap: () => undefined, onEnd: () => undefined })
  answers.watchCache(() => undefined)
  for (const frame of frames) answers.receive(frame as AnswerFrame)
  answers.flush()
}

/** The session of a conversation whose second question the server has accepted. */
async function openAnswering() {
  setThread(Q1, answer('a1', 'q1'))
  session.begin(accessToken('ann'))
  const chat = new FakeChatServer()
  const conversation = new ConversationSession('c1', client)
  conversation.open()
  const connection = await chat.authenticating(1)
  connection.send(authSuccess({ leaf_id: 'a1' }), accepted('x', 'Second?'))
  return { chat, conversation, connection }
}

test('an answer that continues has the tokens of its earlier runs, even if their end was missed', () => {
  setThread(Q1, WRITING)
  receive(stream('a1', 'Half', 0))
  const reply = { ...WRITING, content: 'Half', seq: 1, prompt_tokens: 10, completion_tokens: 2 }
  const answers = new LiveAnswers(client, 'c1', { onGap: () => undefined, onEnd: () => undefined })
  answers.start(reply, 2, { isCached: true })
  expect(liveAnswers()).toMatchObject({ a1: { content: 'Half', prompt_tokens: 10, completion_tokens: 2 } })
})

test('an answer that ended outside the cache is kept live until the cache has its end', async () => {
  setThread(Q1)
  receive(stream('a1', 'Whole.', 0), end('a1', 1))
  let changes = 0
  new LiveAnswers(client, 'c1', { onGap: () => undefined, onEnd: () => undefined }).watchCache(() => {
    changes += 1
  })
  setThread(Q1, { ...WRITING, content: 'Who' })
  await eventually(() => expect(changes).toBe(1))
  expect(liveAnswers()).toMatchObject({ a1: { content: 'Whole.', status: 'complete' } })
  setThread(Q1, answer('a1', 'q1', { content: 'Whole.', seq: 2 }))
  await eventually(() => expect(liveAnswers()).toEqual({}))
})

test('the session of a conversation drops the live answer once its end is in the cache', async () => {
  const { conversation, connection } = await openAnswering()
  connection.send(stream('a2', 'Sec', 0))
  await eventually(() => expect(liveAnswers()).toMatchObject({ a2: { content: 'Sec' } }))
  expect(useLive.getState().isBusy).toBe(true)
  connection.send(stream('a2', 'ond.', 1), end('a2', 2))
  await eventually(() => expect(liveAnswers()).toEqual({}))
  expect(cachedAnswer()).toMatchObject({ id: 'a2', content: 'Second.', status: 'complete' })
  expect(useLive.getState().isBusy).toBe(false)
  conversation.close()
})

test('pieces of a reset that a lost connection cut off are not shown before the text that follows', async () => {
  const { chat, conversation, connection: first } = await openAnswering()
  first.send(stream('a2', 'Old ', 0), stream('a2', 'One ', 0, { seq: 0, reset: true }))
  await eventually(() => expect(liveAnswers()).toMatchObject({ a2: { content: 'One ', seq: 0 } }))
  first.close(1012)
  const second = await chat.authenticating(2)
  second.send(authSuccess({ leaf_id: 'a2', active: 'a2' }), stream('a2', 'One ', 0), stream('a2', 'two.', 1))
  await eventually(() => expect(liveAnswers()).toMatchObject({ a2: { content: 'One two.', seq: 2 } }))
  conversation.close()
})
