import { screen, waitFor } from '@testing-library/react'
import type { UserEvent } from '@testing-library/user-event'
import { http, HttpResponse } from 'msw'
import { beforeEach, describe, expect, test } from 'vitest'
import { openPage, serve } from '@/test/app'
import { FakeChatServer } from '@/test/chat-server'
import { errorResponse, server } from '@/test/server'
import { accessToken } from '@/test/tokens'

beforeEach(() => {
  new FakeChatServer()
  serve({ conversations: [], messages: [] })
  server.use(http.post('/api/auth/token/refresh', () => errorResponse(401, 'AUTH_FAILED')))
})

async function signIn(): Promise<void> {
  const user = await openPage('/login')
  await user.type(await screen.findByLabelText('Email or user name'), 'ann')
  await user.type(screen.getByLabelText('Password'), 'correct-horse-battery')
  await user.click(screen.getByRole('button', { name: 'Sign in' }))
}

describe('the sign-in form', () => {
  test('takes what a password manager filled in without telling the page', async () => {
    let sent: unknown
    server.use(
      http.post('/api/auth/token/pair', async ({ request }) => {
        sent = await request.json()
        return HttpResponse.json({ access: accessToken('ann') })
      }),
    )
    const user = await openPage('/login')
    const filled = { 'Email or user name': 'ann', Password: 'correct-horse-battery' }
    for (const [label, value] of Object.entries(filled)) {
      const field = await screen.findByLabelText<HTMLInputElement>(label)
      field.value = value
    }
    await user.click(screen.getByRole('button', { name: 'Sign in' }))
    await waitFor(() => expect(sent).toEqual({ username: 'ann', password: 'correct-horse-battery' }))
  })

  test('shows that the name or password is wrong', async () => {
    server.use(http.post('/api/auth/token/pair', () => errorResponse(401, 'AUTH_FAILED')))
    await signIn()
    expect((await screen.findByRole('alert')).textContent).toBe('Wrong user name, email or password.')
  })

  test('shows that the server cannot be reached', async () => {
    server.use(http.post('/api/auth/token/pair', () => HttpResponse.error()))
    await signIn()
    expect((await screen.findByRole('alert')).textContent).toContain('cannot be reached')
  })
})

describe('the sign-up form', () => {
  function requireSetUpCode(): void {
    server.use(
      http.get('/api/auth/registration', () =>
        HttpResponse.json({ creates_administrator: false, setup_code_required: true }),
      ),
    )
  }

  async function fill(user: UserEvent, email: string, username: string, password: string) {
    await user.type(await screen.findByLabelText('Email'), email)
    await user.type(screen.getByLabelText('User name'), username)
    await user.type(screen.getByLabelText('Password'), password)
    await user.click(screen.getByRole('button', { name: 'Sign up' }))
  }

  test('shows an error beside each invalid field', async () => {
    await fill(await openPage('/register'), 'ann', '安', 'short')
    await screen.findByText('Enter a valid email address.')
    screen.getByText('Use only the letters A to Z, digits, _ and -.')
    screen.getByText('Passwords need at least 12 characters.')
    expect(screen.getByLabelText('Email').getAttribute('aria-invalid')).toBe('true')
  })

  test('asks for an invitation code when the server requires one', async () => {
    server.use(http.post('/api/auth/register', () => errorResponse(400, 'INVITE_REQUIRED')))
    await fill(await openPage('/register'), 'ann@example.com', 'ann', 'correct-horse-battery')
    await screen.findByLabelText('Invitation code')
  })

  test('asks for the set-up code of a fresh installation and sends it', async () => {
    let sent: unknown
    requireSetUpCode()
    server.use(
      http.post('/api/auth/register', async ({ request }) => {
        sent = await request.json()
        return errorResponse(403, 'SETUP_CODE_INVALID')
      }),
    )
    const user = await openPage('/')
    await user.type(await screen.findByLabelText('Set-up code'), ' ABCD-EFGH ')
    screen.getByText('The server printed it when it started.')
    await fill(user, 'ann@example.com', 'ann', 'correct-horse-battery')
    await screen.findByText(/The set-up code is wrong/)
    expect(sent).toMatchObject({ username: 'ann', setup_code: 'ABCD-EFGH' })
  })

  test('asks for no set-up code when it has an invitation', async () => {
    requireSetUpCode()
    await openPage('/register#invite=secret')
    await screen.findByText(/You have been invited/)
    expect(screen.queryByLabelText('Set-up code')).toBeNull()
  })

  test('shows its usual heading when the server does not say which account it creates', async () => {
    server.use(http.get('/api/auth/registration', () => HttpResponse.error()))
    await openPage('/register')
    await screen.findByRole('heading', { name: 'Create your account' })
  })
})
