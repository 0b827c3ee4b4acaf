import { queryOptions } from '@tanstack/react-query'
import { request } from '@/api/client'
import { sendHttp } from '@/api/http'
import { session } from '@/api/session'
import type { User } from '@/types/api'

export interface Registration {
  email: string
  username: string
  password: string
  invite?: string
}

/** `name` is an email address or a user name. */
export async function signIn(name: string, password: string): Promise<void> {
  const field = name.includes('@') ? 'email' : 'username'
  const answer = await sendHttp<{ access: string }>({
    method: 'POST',
    path: '/auth/token/pair',
    body: { [field]: name, password },
  })
  session.begin(answer.access)
}

export async function registerAccount(registration: Registration): Promise<User> {
  return sendHttp({ method: 'POST', path: '/auth/register', body: registration })
}

export const meQuery = queryOptions({
  queryKey: ['me'],
  queryFn: ({ signal }) => request<User>({ path: '/auth/me', signal }),
  staleTime: Infinity,
})
