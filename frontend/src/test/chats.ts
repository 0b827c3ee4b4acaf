/** Chats that several tests begin with, and what a user changes in them. */
import { screen } from '@testing-library/react'
import type { UserEvent } from '@testing-library/user-event'
import { http, HttpResponse } from 'msw'
import { composer, openPage, serve, type Stored } from '@/test/app'
import { authSuccess, FakeChatServer, type FakeConnection, received } from '@/test/chat-server'
import { answer, conversation, image, question } from '@/test/messages'
import { server } from '@/test/server'
import type { Attachment, Message, Model } from '@/types/api'

/** Accepts changes of conversation c1, and returns the list to which each is added. */
export function acceptChanges(stored: object): unknown[] {
  const changes: unknown[] = []
  server.use(
    http.patch('/api/conversations/c1', async ({ request }) => {
      const change = (await request.json()) as Record<string, unknown>
      changes.push(change)
      return HttpResponse.json({ ...stored, ...change })
    }),
  )
  return changes
}

/** Serves c1, a chat with `model` and without messages, and returns the changes of it. */
export function serveChatWithModel(model: string): unknown[] {
  const stored = conversation('c1', { model })
  serve({ conversations: [stored], messages: [] })
  new FakeChatServer()
  return acceptChanges(stored)
}

/** Lists these models; the first is the default. */
export function listModels(...models: Model[]): void {
  server.use(http.get('/api/models', () => HttpResponse.json({ models, default: models[0]?.id })))
}

/** Serves preferences, which a user can change, and returns them and the list to which each change is added. */
export function servePreferences() {
  const preferences = { default_model: '', default_system_prompt: '' }
  const changes: object[] = []
  server.use(
    http.get('/api/preferences', () => HttpResponse.json(preferences)),
    http.patch('/api/preferences', async ({ request }) => {
      const change = (await request.json()) as object
      changes.push(change)
      return HttpResponse.json(Object.assign(preferences, change))
    }),
  )
  return { preferences, changes }
}

/** Stores each upload as an image with these changes, and returns the list to which its id is added. */
export function serveUploads(change: Partial<Attachment> = {}): string[] {
  const uploaded: string[] = []
  server.use(
    http.post('/api/attachments/', async ({ request }) => {
      const id = (await request.formData()).get('id') as string
      uploaded.push(id)
      return HttpResponse.json({ ...image('a.png', '/t'), id, ...change }, { status: 201 })
    }),
  )
  return uploaded
}

export function signInAsAdministrator(): void {
  server.use(
    http.get('/api/auth/me', () =>
      HttpResponse.json({ id: 'u1', email: 'ann@example.com', username: 'ann', is_admin: true }),
    ),
  )
}

/** c1, a chat with the question `First?` and its answer `First.`. */
export class AnsweredChat {
  readonly question: Message = question('q1', null, 'First?')
  readonly answer: Message = answer('a1', 'q1', { content: 'First.' })
  readonly stored: Stored = {
    conversations: [conversation('c1', { leaf_id: 'a1' })],
    messages: [this.question, this.answer],
  }
  readonly chat: FakeChatServer

  constructor() {
    serve(this.stored)
    this.chat = new FakeChatServer()
  }

  leaf(): string | null {
    return this.stored.messages.at(-1)?.id ?? null
  }

  /** Signs the page in on its nth connection (from 1). */
  async connect(number = 1): Promise<FakeConnection> {
    const connection = await this.chat.authenticating(number)
    connection.send(authSuccess({ leaf_id: this.leaf() }))
    return connection
  }

  /** Opens the chat in a new page, which has the nth connection (from 1). */
  async open(number = 1): Promise<{ user: UserEvent; connection: FakeConnection }> {
    const user = await openPage('/c/c1')
    return { user, connection: await this.connect(number) }
  }

  /** Opens the chat and asks a question in it. */
  async ask(text: string): Promise<{ connection: FakeConnection; clientId: string }> {
    const { user, connection } = await this.open()
    await screen.findByText('First.')
    await user.type(await composer(), `${text}{Enter}`)
    const { client_id } = await received(connection, 'chat.message')
    return { connection, clientId: client_id ?? '' }
  }
}
