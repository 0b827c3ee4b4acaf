import { screen, waitFor, within } from '@testing-library/react'
import type { UserEvent } from '@testing-library/user-event'
import { http, HttpResponse } from 'msw'
import { beforeEach, describe, expect, test } from 'vitest'
import { composer, openPage, serve } from '@/test/app'
import { FakeChatServer } from '@/test/chat-server'
import { acceptChanges, AnsweredChat, servePreferences } from '@/test/chats'
import { answer, conversation, question } from '@/test/messages'
import { LIMITS, server } from '@/test/server'

beforeEach(() => {
  new FakeChatServer()
  serve({ conversations: [], messages: [] })
})

test('the composer enforces the message limit that the server reports', async () => {
  server.use(http.get('/api/limits', () => HttpResponse.json({ ...LIMITS, message_max: 9 })))
  const user = await openPage('/')
  await user.type(await composer(), 'Not so long')
  await screen.findByText('2 characters over the limit')
  expect(screen.getByRole<HTMLButtonElement>('button', { name: 'Send' }).disabled).toBe(true)
  await user.keyboard('{Backspace}')
  await screen.findByText('1 character over the limit')
  await user.keyboard('{Backspace}')
  await screen.findByText('0 characters left')
  await user.keyboard('{Backspace}')
  await screen.findByText('1 character left')
})

test.each([
  { reasoning: 'Hm.', offers: 0 },
  { reasoning: '🤔', offers: 2 },
])(
  'an answer of the greatest length is not offered to be continued ($reasoning)',
  async ({ reasoning, offers }) => {
    const cut = answer('a1', 'q1', { content: 'Cut', reasoning, status: 'length' })
    serve({ conversations: [conversation('c1')], messages: [question('q1', null), cut] })
    server.use(http.get('/api/limits', () => HttpResponse.json({ ...LIMITS, answer_max: 5 })))
    const user = await openPage('/c/c1')
    const article = await screen.findByRole('article', { name: 'AI' })
    await user.click(await within(article).findByRole('button', { name: 'More' }))
    await screen.findByRole('menuitem', { name: 'Copy as plain text' })
    // Below the answer, and in its menu.
    await waitFor(() => expect(screen.queryAllByText('Continue')).toHaveLength(offers))
  },
)

describe('a pasted text that is longer than its limit stays whole, says so, and is not used:', () => {
  const tooLong = '2 characters over the limit'
  const isDisabled = (name: string) => screen.getByRole<HTMLButtonElement>('button', { name }).disabled

  async function openWithLimits(path: string): Promise<UserEvent> {
    const limits = { ...LIMITS, system_prompt_max: 9, search_max: 9, title_max: 9 }
    server.use(http.get('/api/limits', () => HttpResponse.json(limits)))
    return openPage(path)
  }

  async function paste(user: UserEvent, field: HTMLElement, text: string): Promise<void> {
    await user.click(field)
    await user.paste(text)
    await screen.findByText(tooLong)
    expect((field as HTMLInputElement).value).toBe(text)
    expect(field.getAttribute('aria-invalid')).toBe('true')
  }

  test('the system prompt of a chat', async () => {
    const user = await openWithLimits('/')
    await user.click(await screen.findByRole('button', { name: 'Chat settings' }))
    await paste(user, await screen.findByRole('textbox', { name: 'System prompt' }), 'Not so long')
    expect(isDisabled('Save')).toBe(true)
    await user.keyboard('{Backspace}{Backspace}')
    await screen.findByText('0 characters left')
    expect(isDisabled('Save')).toBe(false)
  })

  test('the system prompt for new chats', async () => {
    const { changes } = servePreferences()
    const user = await openWithLimits('/?settings=chat')
    await paste(user, await screen.findByLabelText('System prompt for new chats'), 'Not so long')
    // Leaving the tab saves what is not saved yet, and keeps what cannot be saved.
    await user.click(screen.getByRole('tab', { name: 'General' }))
    await user.click(screen.getByRole('tab', { name: 'Chat' }))
    const again = await screen.findByLabelText<HTMLTextAreaElement>('System prompt for new chats')
    expect(again.value).toBe('Not so long')
    await user.type(again, '{Backspace}{Backspace}')
    await waitFor(() => expect(changes).toEqual([{ default_system_prompt: 'Not so lo' }]))
  })

  test('the system prompt for new chats, which the server did not take at first', async () => {
    servePreferences()
    server.use(http.patch('/api/preferences', () => HttpResponse.error()))
    const user = await openWithLimits('/?settings=chat')
    await user.type(await screen.findByLabelText('System prompt for new chats'), 'Short')
    await user.click(screen.getByRole('tab', { name: 'General' }))
    await screen.findByText(/^The server cannot be reached/)
    const { preferences } = servePreferences()
    await user.click(screen.getByRole('tab', { name: 'Chat' }))
    const again = await screen.findByLabelText<HTMLTextAreaElement>('System prompt for new chats')
    expect(again.value).toBe('Short')
    await waitFor(() => expect(preferences.default_system_prompt).toBe('Short'))
  })

  test('the name of a key', async () => {
    server.use(http.get('/api/keys/', () => HttpResponse.json({ keys: [] })))
    const user = await openWithLimits('/?settings=keys')
    await paste(user, await screen.findByLabelText('Name'), 'n'.repeat(102))
    expect(isDisabled('Create key')).toBe(true)
  })

  test('a search', async () => {
    const searches: string[] = []
    server.use(
      http.get('/api/search', ({ request }) => {
        searches.push(new URL(request.url).searchParams.get('q') ?? '')
        return HttpResponse.json({ hits: [], page: 1, page_size: 20, has_more: false })
      }),
    )
    const user = await openWithLimits('/')
    await composer()
    await user.keyboard('{Control>}k{/Control}')
    await paste(user, await screen.findByRole('combobox'), 'Not so long')
    await user.keyboard('{Backspace}{Backspace}')
    await waitFor(() => expect(searches).toEqual(['Not so lo']))
  })

  test('the name of a chat', async () => {
    const opened = new AnsweredChat()
    const changes = acceptChanges(conversation('c1'))
    const user = await openWithLimits('/c/c1')
    await opened.connect()
    await user.click(await screen.findByRole('button', { name: 'Chat menu' }))
    await user.click(await screen.findByRole('menuitem', { name: 'Rename' }))
    const field = await screen.findByRole('textbox', { name: 'Chat name' })
    await user.clear(field)
    await paste(user, field, 'Not so long')
    await user.keyboard('{Enter}')
    expect(field.isConnected).toBe(true)
    // Leaving the chat keeps it too.
    await user.keyboard('{Control>}{Shift>}o{/Shift}{/Control}')
    await screen.findByRole('heading', { name: 'What’s on your mind today?' })
    window.history.back()
    const again = await screen.findByRole<HTMLInputElement>('textbox', { name: 'Chat name' })
    expect(again.value).toBe('Not so long')
    await user.click(again)
    await user.keyboard('{Backspace}{Backspace}{Enter}')
    await waitFor(() => expect(changes).toEqual([{ title: 'Not so lo' }]))
  })
})
