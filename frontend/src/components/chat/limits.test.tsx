import { screen } from '@testing-library/react'
import { http, HttpResponse } from 'msw'
import { beforeEach, expect, test } from 'vitest'
import { composer, openPage, serve } from '@/test/app'
import { FakeChatServer } from '@/test/chat-server'
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
