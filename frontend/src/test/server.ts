/** Fake REST API; each test adds the handlers it needs. */
import { http, HttpResponse } from 'msw'
import { setupServer } from 'msw/node'
import type { Limits } from '@/types/api'

export const LIMITS: Limits = {
  message_max: 10_000,
  answer_max: 1_000_000,
  title_max: 200,
  system_prompt_max: 20_000,
  search_max: 200,
  username_min: 3,
  username_max: 50,
  password_min: 12,
  password_max: 128,
  attachment_max_bytes: 20_971_520,
  attachments_per_message: 8,
  description_max: 1000,
}

/** The response of a server that refuses a request. */
export function errorResponse(status: number, code: string) {
  return HttpResponse.json({ error: 'In English.', code }, { status })
}

export const server = setupServer(http.get('/api/limits', () => HttpResponse.json(LIMITS)))
