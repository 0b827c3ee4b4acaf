/** Opens the whole application against the fakes, with a signed-in user. */
import { cleanup, render, screen } from '@testing-library/react'
import userEvent, { type UserEvent } from '@testing-library/user-event'
import { http, HttpResponse } from 'msw'
import { vi } from 'vitest'
import { FakeChangeFeedServer } from '@/test/change-feed-server'
import { errorResponse, server } from '@/test/server'
import { conversation, model } from '@/test/messages'
import { accessToken } from '@/test/tokens'
import type { Conversation, Message } from '@/types/api'

/** The content of the fake server. */
export interface Stored {
  conversations: Conversation[]
  messages: Message[]
}

export function serve(stored: Stored): FakeChangeFeedServer {
  const find = (id: unknown) => stored.conversations.find((one) => one.id === id)
  const missing = () => errorResponse(404, 'NOT_FOUND')
  server.use(
    http.post('/api/auth/token/refresh', () => HttpResponse.json({ access: accessToken('ann') })),
    http.get('/api/auth/registration', () =>
      HttpResponse.json({ creates_administrator: false, setup_code_required: false }),
    ),
    http.get('/api/auth/me', () =>
      HttpResponse.json({ id: 'u1', email: 'ann@example.com', username: 'ann', is_admin: false }),
    ),
    http.get('/api/models', () =>
      HttpResponse.json({ models: [model('fake-model', 'Fake model')], default: 'fake-model' }),
    ),
    http.get('/api/models/ending', () => HttpResponse.json({ models: [] })),
    http.get('/api/attachments/', () =>
      HttpResponse.json({
        attachments: [],
        used: 0,
        limit: null,
        total: 0,
        page: 1,
        page_size: 50,
        has_more: false,
      }),
    ),
    http.get('/api/conversations/', () =>
      HttpResponse.json({
        conversations: stored.conversations,
        total: stored.conversations.length,
        page: 1,
        page_size: 40,
        has_more: false,
      }),
    ),
    http.post('/api/conversations/', async ({ request }) => {
      const body = (await request.json()) as { id: string }
      const created = conversation(body.id, { title: 'New Conversation' })
      stored.conversations.unshift(created)
      return HttpResponse.json(created, { status: 201 })
    }),
    http.get('/api/conversations/:id', ({ params }) => {
      const found = find(params['id'])
      return found ? HttpResponse.json(found) : missing()
    }),
    http.get('/api/conversations/:id/messages', ({ params }) =>
      find(params['id'])
        ? HttpResponse.json({
            messages: stored.messages,
            total: stored.messages.length,
            offset: 0,
            page: null,
            page_size: 50,
            has_more: false,
          })
        : missing(),
    ),
  )
  return new FakeChangeFeedServer()
}

/** Lets every media query match, as on a wide screen of a device with a keyboard. */
export function matchAllMedia(): void {
  vi.stubGlobal('matchMedia', (media: string) => Object.assign(new EventTarget(), { matches: true, media }))
}

/** Opens a new page with empty memory. */
export async function openPage(path: string): Promise<UserEvent> {
  // Closes the previous page and its connections.
  cleanup()
  vi.resetModules()
  localStorage.setItem(
    'preferences',
    JSON.stringify({ state: { language: 'en', theme: 'light' }, version: 0 }),
  )
  window.history.replaceState(null, '', path)
  const [{ App }, { startI18n }, { session }, { enterTab }] = await Promise.all([
    import('@/app/app'),
    import('@/i18n'),
    import('@/api/session'),
    import('@/lib/browser/tab'),
  ])
  await enterTab()
  await startI18n('en')
  await session.start()
  render(<App />)
  return userEvent.setup()
}

export const composer = () => screen.findByRole<HTMLTextAreaElement>('textbox', { name: 'Message' })
