import { queryOptions } from '@tanstack/react-query'
import { ApiError } from '@/api/api-error'
import { request } from '@/api/client'
import { sendHttp } from '@/api/http'
import { session } from '@/api/session'
import type { Registration, RegistrationState, Session, User } from '@/types/api'

/** `name` is an email address or a user name. */
export async function signIn(name: string, password: string): Promise<void> {
  const field = name.includes('@') ? 'email' : 'username'
  const { access } = await sendHttp<{ access: string }>({
    method: 'POST',
    path: '/auth/token/pair',
    body: { [field]: name, password },
  })
  session.begin(access)
}

/** Sets a new password by the token of a one-time link. */
export async function resetPassword(token: string, password: string): Promise<void> {
  await sendHttp({ method: 'POST', path: '/auth/password-reset', body: { token, password } })
}

export async function registerAccount(registration: Registration): Promise<void> {
  await sendHttp({ method: 'POST', path: '/auth/register', body: registration })
}

/**
 * Whether the next account becomes the administrator account, as on a fresh installation, and whether it needs the
 * set-up code. A server that cannot say is taken to have accounts: the sign-in and sign-up pages wait for this
 * query, and must not wait again after a failure.
 */
export const registrationQuery = queryOptions({
  queryKey: ['registration'],
  queryFn: async ({ signal }) => {
    try {
      return await sendHttp<RegistrationState>({ path: '/auth/registration', signal })
    } catch (error) {
      if (error instanceof ApiError) return { creates_administrator: false, setup_code_required: false }
      throw error
    }
  },
})

export const meQuery = queryOptions({
  queryKey: ['me'],
  queryFn: ({ signal }) => request<User>({ path: '/auth/me', signal }),
  staleTime: Infinity,
})

export const sessionsQuery = queryOptions({
  queryKey: ['sessions'],
  queryFn: ({ signal }) => request<{ sessions: Session[] }>({ path: '/auth/sessions/', signal }),
  staleTime: 0,
})

export async function endSession(id: string): Promise<void> {
  return request({ method: 'DELETE', path: `/auth/sessions/${encodeURIComponent(id)}` })
}

export async function endOtherSessions(): Promise<void> {
  return request({ method: 'DELETE', path: '/auth/sessions/' })
}

export async function changePassword(current: string, next: string): Promise<void> {
  return request({ method: 'POST', path: '/auth/password', body: { current, new: next } })
}

/** Deletes the account of the signed-in user permanently. */
export async function deleteAccount(password: string): Promise<void> {
  return request({ method: 'DELETE', path: '/auth/me', body: { password } })
}
