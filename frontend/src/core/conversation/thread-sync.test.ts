/** Synchronisation of the cached thread with the server: a thread that changes during its first fetch. */
import { QueryClient, QueryObserver } from '@tanstack/react-query'
import { http, HttpResponse } from 'msw'
import { afterEach, expect, test } from 'vitest'
import { conversationQuery, threadQuery } from '@/api/conversations'
import { session } from '@/api/session'
import { ConversationSession } from '@/core/conversation/conversation-session'
import { authSuccess, FakeChatServer } from '@/test/chat-server'
import { eventually } from '@/test/eventually'
import { accepted } from '@/test/frames'
import { answer, conversation, question } from '@/test/messages'
import { server } from '@/test/server'
import { accessToken } from '@/test/tokens'
import type { Conversation, Message } from '@/types/api'

const OLD = [question('q1', null), answer('a1', 'q1')]
const NEW = [...OLD, question('q2', 'a1'), answer('a2', 'q2')]

/** Requests that wait until the test responds to them. */
class HeldRequests<Body> {
  /** The functions that respond to the requests, in the order in which these arrived. */
  readonly responses: ((body: Body) => void)[] = []

  constructor(url: string) {
    server.use(
      http.get(url, async () => {
        const body = await new Promise<Body>((resolve) => this.responses.push(resolve))
        return HttpResponse.json(body as Record<string, unknown>)
      }),
    )
  }

  /** Responds to the nth request (from 1) once it has arrived. */
  async respond(number: number, body: Body): Promise<void> {
    await eventually(() => expect(this.responses.length).toBeGreaterThanOrEqual(number))
    this.responses[number - 1]?.(body)
  }
}

const page = (messages: Message[]) => ({ messages, has_older: false, has_newer: false, offset: 0 })

let close: () => void = () => undefined

// Also after a failure: a session left open would connect to the servers of later tests.
afterEach(() => close())

/** An open, connected conversation, while it and its thread are fetched for the first time. */
async function openConversation() {
  session.begin(accessToken('ann'))
  const chat = new FakeChatServer()
  const threads = new HeldRequests<ReturnType<typeof page>>('/api/conversations/c1/messages')
  const conversations = new HeldRequests<Conversation>('/api/conversations/c1')
  const client = new QueryClient()
  const stops = [
    new QueryObserver(client, threadQuery('c1')).subscribe(() => undefined),
    new QueryObserver(client, conversationQuery('c1')).subscribe(() => undefined),
  ]
  const opened = new ConversationSession('c1', client)
  opened.open()
  close = () => {
    opened.close()
    for (const stop of stops) stop()
  }
  const connection = await chat.authenticating(1)
  return {
    connection,
    threads,
    conversations,
    cached: () => client.getQueryData(threadQuery('c1').queryKey)?.messages.map(({ id }) => id),
    title: () => client.getQueryData(conversationQuery('c1').queryKey)?.title,
  }
}

test('a thread that changed during its first fetch is fetched again', async () => {
  const { connection, threads, cached } = await openConversation()
  connection.send(authSuccess({ leaf_id: 'a2' }))
  await threads.respond(1, page(OLD))
  await threads.respond(2, page(NEW))
  await eventually(() => expect(cached()).toEqual(['q1', 'a1', 'q2', 'a2']))
})

test('a turn of another device that is accepted during the first fetch reaches the thread', async () => {
  const { connection, threads, cached } = await openConversation()
  connection.send(authSuccess({ leaf_id: 'a1' }), accepted('x', 'Second?'))
  await threads.respond(1, page(OLD))
  await threads.respond(2, page(NEW))
  await eventually(() => expect(cached()).toEqual(['q1', 'a1', 'q2', 'a2']))
})

test('a thread whose first fetch has the newest message is fetched once', async () => {
  const { connection, threads, cached } = await openConversation()
  connection.send(authSuccess({ leaf_id: 'a2' }))
  await threads.respond(1, page(NEW))
  await eventually(() => expect(cached()).toEqual(['q1', 'a1', 'q2', 'a2']))
  expect(threads.responses).toHaveLength(1)
})

test('a conversation that is renamed during its first fetch is fetched again', async () => {
  const { connection, threads, conversations, title } = await openConversation()
  connection.send(authSuccess({ leaf_id: 'a1' }), {
    type: 'conversation.updated',
    revision: 2,
    title: 'Rivers',
  })
  await threads.respond(1, page(OLD))
  await conversations.respond(2, conversation('c1', { title: 'Rivers', revision: 2 }))
  await eventually(() => expect(title()).toBe('Rivers'))
})
