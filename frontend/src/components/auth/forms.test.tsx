import { screen, waitFor } from '@testing-library/react'
import { http, HttpResponse } from 'msw'
import { beforeEach, describe, expect, test } from 'vitest'
import { composer, openPage, serve } from '@/test/app'
import { FakeChatServer } from '@/test/chat-server'
import { server } from '@/test/server'
import { accessToken } from '@/test/tokens'

const WRONG = { error: 'The user name, email address or password is wrong.', code: 'AUTH_FAILED' }

beforeEach(() => {
  new FakeChatServer()
  serve({ conversations: [], messages: [] })
  server.use(http.post('/api/auth/token/refresh', () => HttpResponse.json(WRONG, { status: 401 })))
})

async function signIn(): Promise<void> {
  const user = await openPage('/login')
  await user.type(await screen.findByLabelText('Email or user name'), 'ann')
  await user.type(screen.getByLabelText('Password'), 'correct-horse-battery')
  await user.click(screen.getByRole('button', { name: 'Sign in' }))
}

describe('the sign-in form', () => {
  test('signs in and returns to the page that was requested', async () => {
    let sent: unknown
    server.use(
      http.post('/api/auth/token/pair', async ({ request }) => {
        sent = await request.json()
        return HttpResponse.json({ access: accessToken('ann') })
      }),
    )
    const user = await openPage('/c/nowhere?x=1')
    await user.type(await screen.findByLabelText('Email or user name'), 'ann')
    expect(window.location.search).toBe(`?next=${encodeURIComponent('/c/nowhere?x=1')}`)
    await user.type(screen.getByLabelText('Password'), 'correct-horse-battery')
    await user.click(screen.getByRole('button', { name: 'Sign in' }))
    await screen.findByRole('heading', { name: 'This chat does not exist' })
    expect(sent).toEqual({ username: 'ann', password: 'correct-horse-battery' })
    expect(window.location.pathname).toBe('/c/nowhere')
  })

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
    server.use(http.post('/api/auth/token/pair', () => HttpResponse.json(WRONG, { status: 401 })))
    await signIn()
    expect((await screen.findByRole('alert')).textContent).toBe('Wrong user name, email or password.')
  })

  test('shows for how long an account is locked', async () => {
    server.use(
      http.post('/api/auth/token/pair', () =>
        HttpResponse.json(
          { error: 'Locked.', code: 'ACCOUNT_LOCKED' },
          { status: 429, headers: { 'Retry-After': '780' } },
        ),
      ),
    )
    await signIn()
    expect((await screen.findByRole('alert')).textContent).toContain('try again in 13 min')
  })

  test('shows that the server cannot be reached', async () => {
    server.use(http.post('/api/auth/token/pair', () => HttpResponse.error()))
    await signIn()
    expect((await screen.findByRole('alert')).textContent).toContain('cannot be reached')
  })
})

describe('the sign-up form', () => {
  async function fill(password: string) {
    const user = await openPage('/register')
    await user.type(await screen.findByLabelText('Email'), 'ann@example.com')
    await user.type(screen.getByLabelText('User name'), 'ann')
    await user.type(screen.getByLabelText('Password'), password)
    await user.click(screen.getByRole('button', { name: 'Sign up' }))
  }

  test('shows an error beside each invalid field', async () => {
    const user = await openPage('/register')
    await user.type(await screen.findByLabelText('Email'), 'ann')
    await user.type(screen.getByLabelText('User name'), '安')
    await user.type(screen.getByLabelText('Password'), 'short')
    await user.click(screen.getByRole('button', { name: 'Sign up' }))
    await screen.findByText('Enter a valid email address.')
    screen.getByText('Use only the letters A to Z, digits, _ and -.')
    screen.getByText('Passwords need at least 12 characters.')
    expect(screen.getByLabelText('Email').getAttribute('aria-invalid')).toBe('true')
  })

  test('shows the validation error of the server beside its field', async () => {
    server.use(
      http.post('/api/auth/register', () =>
        HttpResponse.json(
          {
            error: 'The password is too weak.',
            code: 'VALIDATION_ERROR',
            detail: [{ loc: ['body', 'password'], msg: 'Too common.', type: 'password_too_common' }],
          },
          { status: 422 },
        ),
      ),
    )
    await fill('password1234')
    await screen.findByText('This password is too common. Choose another.')
  })

  test('asks for an invitation code when the server requires one', async () => {
    server.use(
      http.post('/api/auth/register', () =>
        HttpResponse.json({ error: 'Needs an invitation.', code: 'INVITE_REQUIRED' }, { status: 400 }),
      ),
    )
    await fill('correct-horse-battery')
    await screen.findByLabelText('Invitation code')
  })

  test('opens first on a fresh installation and says that it creates the administrator', async () => {
    server.use(
      http.get('/api/auth/registration', () =>
        HttpResponse.json({ creates_administrator: true, setup_code_required: false }),
      ),
    )
    await openPage('/')
    await screen.findByText(/becomes the administrator account/)
    screen.getByRole('button', { name: 'Sign up' })
    expect(screen.queryByRole('link', { name: 'Sign in' })).toBeNull()
  })

  test('asks for the set-up code of a fresh installation and sends it', async () => {
    let sent: unknown
    server.use(
      http.get('/api/auth/registration', () =>
        HttpResponse.json({ creates_administrator: false, setup_code_required: true }),
      ),
      http.post('/api/auth/register', async ({ request }) => {
        sent = await request.json()
        return HttpResponse.json({ error: 'Wrong.', code: 'SETUP_CODE_INVALID' }, { status: 403 })
      }),
    )
    const user = await openPage('/')
    await user.type(await screen.findByLabelText('Set-up code'), ' ABCD-EFGH ')
    screen.getByText('The server printed it when it started.')
    await user.type(screen.getByLabelText('Email'), 'ann@example.com')
    await user.type(screen.getByLabelText('User name'), 'ann')
    await user.type(screen.getByLabelText('Password'), 'correct-horse-battery')
    await user.click(screen.getByRole('button', { name: 'Sign up' }))
    await screen.findByText(/The set-up code is wrong/)
    expect(sent).toMatchObject({ username: 'ann', setup_code: 'ABCD-EFGH' })
  })

  test('asks for no set-up code when it has an invitation', async () => {
    server.use(
      http.get('/api/auth/registration', () =>
        HttpResponse.json({ creates_administrator: false, setup_code_required: true }),
      ),
    )
    await openPage('/register#invite=secret')
    await screen.findByText(/You have been invited/)
    expect(screen.queryByLabelText('Set-up code')).toBeNull()
  })

  test('shows its usual heading when the server does not say which account it creates', async () => {
    server.use(http.get('/api/auth/registration', () => HttpResponse.error()))
    await openPage('/register')
    await screen.findByRole('heading', { name: 'Create your account' })
  })

  test('signs the new user in', async () => {
    server.use(
      http.post('/api/auth/register', () =>
        HttpResponse.json({ id: 'u1', email: 'ann@example.com', username: 'ann' }, { status: 201 }),
      ),
      http.post('/api/auth/token/pair', () => HttpResponse.json({ access: accessToken('ann') })),
    )
    await fill('correct-horse-battery')
    await composer()
    await waitFor(() => expect(window.location.pathname).toBe('/'))
  })
})
