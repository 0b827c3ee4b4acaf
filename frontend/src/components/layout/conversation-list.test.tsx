import { screen, waitFor, within } from '@testing-library/react'
import type { UserEvent } from '@testing-library/user-event'
import { http, HttpResponse } from 'msw'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { matchAllMedia, openPage, serve, type Stored } from '@/test/app'
import { FakeChatServer } from '@/test/chat-server'
import type { FakeChangeFeedServer } from '@/test/change-feed-server'
import { conversation } from '@/test/messages'
import { server } from '@/test/server'
import { FakeChangeFeedStreamServer, refuseHandshakes } from '@/test/stream-server'
import type { ConversationSummary } from '@/types/api'

let stored: Stored
let events: FakeChangeFeedServer

beforeEach(() => {
  // A wide screen, which shows the sidebar beside the page.
  matchAllMedia()
  new FakeChatServer()
  stored = {
    conversations: [
      conversation('c1', { title: 'Rivers', updated_at: '2026-01-02T00:00:00.000Z' }),
      conversation('c2', { title: 'Mountains', updated_at: '2026-01-01T00:00:00.000Z' }),
    ],
    messages: [],
  }
  events = serve(stored)
})

afterEach(() => {
  Reflect.deleteProperty(document, 'visibilityState')
})

const list = () => screen.findByRole('navigation', { name: 'Chats' })

async function titles(): Promise<(string | null)[]> {
  return within(await list())
    .queryAllByRole('link')
    .map((link) => link.textContent)
}

async function expectTitles(...expected: string[]): Promise<void> {
  await waitFor(async () => expect(await titles()).toEqual(expected))
}

function updated(revision: number, id: string, change: Partial<ConversationSummary>) {
  const known = stored.conversations.find((one) => one.id === id) ?? conversation(id)
  const type = 'conversation.updated' as const
  return { type, revision, conversation: { ...known, revision: known.revision + revision, ...change } }
}

test('a chat that begins while the list is fetched for the first time is in the list', async () => {
  let requests = 0
  server.use(
    http.get('/api/conversations/', async () => {
      requests += 1
      // Read before the chat began, and answered after the change feed had counted it.
      const conversations = requests === 1 ? [] : stored.conversations
      if (requests === 1) await events.signedIn(1)
      const total = conversations.length
      return HttpResponse.json({ conversations, total, page: 1, page_size: 40, has_more: false })
    }),
  )
  events.state = { type: 'auth.success', revision: 1, active: [] }
  await openPage('/')
  await expectTitles('Rivers', 'Mountains')
})

test('a change with an older revision than the one shown is ignored', async () => {
  await openPage('/')
  await expectTitles('Rivers', 'Mountains')
  await events.send(updated(1, 'c1', { title: 'Lakes', revision: 9 }))
  await expectTitles('Lakes', 'Mountains')
  await events.send(updated(2, 'c1', { title: 'Rivers', revision: 8 }))
  await events.send(updated(3, 'c2', { title: 'Hills' }))
  await expectTitles('Lakes', 'Hills')
})

test('the list is fetched again after a gap in the change feed', async () => {
  await openPage('/')
  await expectTitles('Rivers', 'Mountains')
  stored.conversations = [conversation('c9', { title: 'Missed' })]
  events.state = { type: 'auth.success', revision: 7, active: [] }
  await events.send({
    type: 'answer.ended',
    revision: 7,
    conversation_id: 'c1',
    message_id: 'm1',
    status: 'complete',
    updated_at: '2026-01-02T00:00:00.000Z',
  })
  await expectTitles('Missed')
  await events.signedIn(2)
})

test('the list is fetched again after a reconnect if something changed meanwhile', async () => {
  await openPage('/')
  await expectTitles('Rivers', 'Mountains')
  await events.signedIn(1)
  stored.conversations = [conversation('c9', { title: 'Missed' })]
  events.state = { type: 'auth.success', revision: 1, active: [] }
  events.close(1012)
  await events.signedIn(2)
  await expectTitles('Missed')
})

test('an answer written elsewhere is marked while it runs, and then as unread until it is opened', async () => {
  events.state = {
    type: 'auth.success',
    revision: 4,
    active: [{ conversation_id: 'c2', message_id: 'm2' }],
  }
  const user = await openPage('/')
  const dot = (name: string) => screen.findByRole('img', { name })
  await dot('An answer is being written')
  const ended = { status: 'complete', updated_at: '2026-01-05T00:00:00.000Z' } as const
  await events.send({
    type: 'answer.ended',
    revision: 5,
    conversation_id: 'c2',
    message_id: 'm2',
    ...ended,
  })
  await dot('New answer')
  await expectTitles('Mountains', 'Rivers')
  expect(screen.queryByRole('img', { name: 'An answer is being written' })).toBeNull()
  await user.click(await screen.findByRole('link', { name: 'Mountains' }))
  await waitFor(() => expect(screen.queryByRole('img', { name: 'New answer' })).toBeNull())
})

function becomeVisible(isVisible: boolean): void {
  const value: DocumentVisibilityState = isVisible ? 'visible' : 'hidden'
  Object.defineProperty(document, 'visibilityState', { value, configurable: true })
  document.dispatchEvent(new Event('visibilitychange'))
}

async function openWithoutSockets(): Promise<FakeChangeFeedStreamServer> {
  refuseHandshakes()
  const changes = new FakeChangeFeedStreamServer()
  await openPage('/')
  await changes.listening(1)
  await expectTitles('Rivers', 'Mountains')
  return changes
}

test('without WebSockets, changes and gaps are received over server-sent events', async () => {
  const changes = await openWithoutSockets()
  changes.send(updated(1, 'c1', { title: 'Lakes' }))
  await expectTitles('Lakes', 'Mountains')
  stored.conversations = [conversation('c9', { title: 'Missed' })]
  changes.first = { type: 'auth.success', revision: 7, active: [] }
  changes.send(updated(7, 'c1', { title: 'Late' }))
  await changes.listening(2)
  await expectTitles('Missed')
})

test('a hidden page closes its event stream, and opens it again when it becomes visible', async () => {
  const changes = await openWithoutSockets()
  becomeVisible(false)
  await waitFor(() => expect(changes.left).toBe(1))
  stored.conversations = [conversation('c9', { title: 'Missed' })]
  changes.first = { type: 'auth.success', revision: 1, active: [] }
  becomeVisible(true)
  await expectTitles('Missed')
})

/** Chooses an item of the menu of “Rivers”. */
async function choose(user: UserEvent, item: string): Promise<void> {
  await user.click(await screen.findByRole('button', { name: 'Menu for “Rivers”' }))
  await user.click(await screen.findByRole('menuitem', { name: item }))
}

/** Renames “Rivers”: `more` is typed at its end. */
async function rename(user: UserEvent, more: string): Promise<void> {
  await choose(user, 'Rename')
  await user.type(await screen.findByRole('textbox', { name: 'Chat name' }), `${more}{Enter}`)
}

test('without a network, a chat stays in the list with its name', async () => {
  const user = await openPage('/')
  await expectTitles('Rivers', 'Mountains')
  const asked: string[] = []
  server.use(
    http.all('/api/conversations/*', ({ request }) => {
      if (request.method !== 'GET') asked.push(request.method)
      return HttpResponse.error()
    }),
  )
  await choose(user, 'Archive')
  await waitFor(() => expect(asked).toEqual(['PATCH']))
  await expectTitles('Rivers', 'Mountains')
  await choose(user, 'Delete')
  await waitFor(() => expect(asked).toEqual(['PATCH', 'DELETE']))
  await expectTitles('Rivers', 'Mountains')
  await rename(user, ' and lakes')
  await waitFor(() => expect(asked).toHaveLength(3))
  await expectTitles('Rivers', 'Mountains')
})

test('Enter saves the name of a chat and does not open it', async () => {
  server.use(http.patch('/api/conversations/c1', () => HttpResponse.json(stored.conversations[0])))
  const user = await openPage('/')
  await rename(user, '')
  await screen.findByRole('link', { name: 'Rivers' })
  expect(location.pathname).toBe('/')
})

test('a renamed chat takes the focus once, not again when it changes', async () => {
  server.use(http.patch('/api/conversations/c1', () => HttpResponse.json(stored.conversations[0])))
  const user = await openPage('/')
  await rename(user, '')
  expect(document.activeElement).toBe(await screen.findByRole('link', { name: 'Rivers' }))
  const composer = screen.getByRole('textbox', { name: 'Message' })
  await user.click(composer)
  await events.send(updated(1, 'c1', { title: 'Lakes', revision: 9 }))
  await expectTitles('Lakes', 'Mountains')
  expect(document.activeElement).toBe(composer)
})
