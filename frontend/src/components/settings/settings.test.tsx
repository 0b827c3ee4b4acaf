import { screen, waitFor, within } from '@testing-library/react'
import { http, HttpResponse } from 'msw'
import { beforeEach, expect, test } from 'vitest'
import { openPage, serve } from '@/test/app'
import { FakeChatServer } from '@/test/chat-server'
import { servePreferences } from '@/test/chats'
import { errorResponse, server } from '@/test/server'
import type { Session } from '@/types/api'

const LAPTOP = session('s1', 'Mozilla/5.0 (X11; Linux x86_64) Gecko/20100101 Firefox/140.0', true)
const PHONE = session('s2', 'Mozilla/5.0 (Linux; Android 16) Chrome/140.0 Mobile Safari/537.36', false)
const ADMINISTRATION = { ...session('s3', LAPTOP.user_agent, false), administration: true }

function session(id: string, user_agent: string, current: boolean): Session {
  const moment = '2026-01-02T03:04:05.678Z'
  const moments = { created_at: moment, last_seen_at: moment, expires_at: moment }
  return { id, current, administration: false, user_agent, address: '127.0.0.1', ...moments }
}

let sessions: Session[]

beforeEach(() => {
  new FakeChatServer()
  serve({ conversations: [], messages: [] })
  sessions = [PHONE, LAPTOP]
  server.use(
    http.get('/api/auth/sessions/', () => HttpResponse.json({ sessions })),
    http.delete('/api/auth/sessions/:id', ({ params }) => {
      sessions = sessions.filter(({ id }) => id !== params['id'])
      return new HttpResponse(null, { status: 204 })
    }),
  )
})

test('each settings tab has a URL, and closing the dialog returns to the page', async () => {
  const user = await openPage('/?settings=appearance')
  const dialog = await screen.findByRole('dialog', { name: 'Settings' })
  await user.click(await within(dialog).findByRole('radio', { name: 'Large' }))
  await waitFor(() => expect(document.documentElement.dataset['textSize']).toBe('large'))
  await user.click(within(dialog).getByRole('tab', { name: 'General' }))
  expect(location.search).toBe('?settings=general')
  await user.keyboard('{Escape}')
  await waitFor(() => expect(location.search).toBe(''))
  expect(screen.queryByRole('dialog')).toBeNull()
})

test('with Ctrl+Enter set as the send key, Enter inserts a line break', async () => {
  const user = await openPage('/?settings=general')
  await user.click(await screen.findByRole('radio', { name: 'Ctrl + Enter' }))
  await user.keyboard('{Escape}')
  const box = await screen.findByRole('textbox', { name: 'Message' })
  await user.type(box, 'one{Enter}two')
  expect((box as HTMLTextAreaElement).value).toBe('one\ntwo')
})

test('the system prompt for new chats is saved even when the dialog closes right after typing', async () => {
  const { preferences } = servePreferences()
  const user = await openPage('/?settings=chat')
  await user.type(await screen.findByLabelText('System prompt for new chats'), 'Be brief.')
  await user.keyboard('{Escape}')
  await waitFor(() => expect(preferences.default_system_prompt).toBe('Be brief.'))
})

test('the device list marks this device, and can sign out the others', async () => {
  const user = await openPage('/?settings=account')
  const devices = await screen.findByRole('region', { name: 'Signed-in devices' })
  expect(within(devices).getAllByRole('listitem')[0]?.textContent).toContain('Firefox · Linux')
  expect(within(devices).getByText('This device')).toBeTruthy()
  await user.click(within(devices).getByRole('button', { name: 'Sign out Chrome · Android' }))
  await waitFor(() => expect(within(devices).getAllByRole('listitem')).toHaveLength(1))
})

test('the device list marks sessions of the administration', async () => {
  sessions = [LAPTOP, ADMINISTRATION]
  await openPage('/?settings=account')
  const devices = await screen.findByRole('region', { name: 'Signed-in devices' })
  expect(within(devices).getAllByText('Firefox · Linux')).toHaveLength(1)
  expect(within(devices).getByText('Administration · Firefox · Linux')).toBeTruthy()
  expect(
    within(devices).getByRole('button', { name: 'Sign out Administration · Firefox · Linux' }),
  ).toBeTruthy()
})

test('a key for programs is shown once, appears in the examples, and can be deleted', async () => {
  const moment = '2026-01-02T03:04:05.678Z'
  const stored = { id: 'k1', key_end: 'wxyz', created_at: moment, expires_at: null, last_used_at: null }
  let keys: object[] = []
  server.use(
    http.get('/api/keys/', () => HttpResponse.json({ keys })),
    http.post('/api/keys/', async ({ request }) => {
      const body = (await request.json()) as { name: string; expires_in: number | null }
      keys = [{ ...stored, name: body.name }]
      return HttpResponse.json({ ...stored, name: body.name, key: 'sk-aichat-secret-wxyz' }, { status: 201 })
    }),
    http.delete('/api/keys/k1', () => {
      keys = []
      return new HttpResponse(null, { status: 204 })
    }),
  )
  const user = await openPage('/?settings=keys')
  expect(await screen.findByText('You have no keys.')).toBeTruthy()
  const examples = screen.getByRole('region', { name: 'How to use it' })
  expect(examples.textContent).toContain('Bearer sk-aichat-…')
  await user.type(screen.getByLabelText('Name'), ' Notebook ')
  await user.click(screen.getByRole('button', { name: 'Create key' }))
  expect((await screen.findByRole('status')).textContent).toContain('sk-aichat-secret-wxyz')
  await user.click(within(examples).getByRole('radio', { name: 'Python' }))
  await waitFor(() => expect(examples.textContent).toContain('api_key="sk-aichat-secret-wxyz"'))
  expect(examples.textContent).toContain(`${location.origin}/v1`)
  await user.click(await screen.findByRole('button', { name: 'Delete key “Notebook”' }))
  expect(keys).toHaveLength(1)
  await user.click(screen.getByRole('button', { name: 'Are you sure? Delete key “Notebook”' }))
  expect(await screen.findByText('You have no keys.')).toBeTruthy()
  await waitFor(() => expect(document.body.textContent).not.toContain('sk-aichat-secret-wxyz'))
})

test('deleting the account with a wrong password shows an error and keeps the settings open', async () => {
  server.use(http.delete('/api/auth/me', () => errorResponse(400, 'PASSWORD_INCORRECT')))
  const user = await openPage('/?settings=data')
  await screen.findByText('No files have been uploaded yet.')
  await user.click(await screen.findByRole('button', { name: 'Delete account…' }))
  await user.type(screen.getByLabelText('Enter your password to confirm'), 'not this one')
  await user.click(screen.getByRole('button', { name: 'Delete permanently' }))
  expect((await screen.findByRole('alert')).textContent).toBe('The current password is wrong.')
  expect(screen.getByRole('dialog', { name: 'Settings' })).toBeTruthy()
})

test('Escape closes the settings and leaves a toast over them open', async () => {
  server.use(http.get('/api/export', () => errorResponse(500, 'INTERNAL_ERROR')))
  const user = await openPage('/?settings=data')
  await user.click(await screen.findByRole('button', { name: 'Export' }))
  await screen.findByText('The server ran into a problem. Try again later.')
  await user.keyboard('{Escape}')
  await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull())
  expect(screen.getByText('The server ran into a problem. Try again later.')).toBeTruthy()
})

test('"?" lists the shortcuts, also of the composer', async () => {
  const user = await openPage('/')
  await screen.findByRole('textbox', { name: 'Message' })
  screen.getByRole('button', { name: 'Open sidebar' }).focus()
  await user.keyboard('?')
  const list = await screen.findByRole('region', { name: 'While writing a message' })
  expect(within(list).getByText('Edit your last question (when the box is empty)')).toBeTruthy()
})

test('a system prompt for new chats that could not be saved is saved when the tab opens again', async () => {
  const { preferences } = servePreferences()
  server.use(http.patch('/api/preferences', () => HttpResponse.error(), { once: true }))
  const user = await openPage('/?settings=chat')
  await user.type(await screen.findByLabelText('System prompt for new chats'), 'Short')
  await user.click(screen.getByRole('tab', { name: 'General' }))
  await screen.findByText(/^The server cannot be reached/)
  await user.click(screen.getByRole('tab', { name: 'Chat' }))
  const again = await screen.findByLabelText<HTMLTextAreaElement>('System prompt for new chats')
  expect(again.value).toBe('Short')
  await waitFor(() => expect(preferences.default_system_prompt).toBe('Short'))
})
