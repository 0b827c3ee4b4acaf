/** Creates conversations with many messages over a WebSocket of the page. */
import { randomUUID } from 'node:crypto'
import type { Page } from '@playwright/test'
import { accessToken } from './user'

/** Fewer than the server accepts from one connection within a minute. */
const QUESTIONS_PER_CONNECTION = 100

/** Asks the questions one after another in a new conversation; returns its id. The page must be signed in. */
export async function createConversation(page: Page, questions: string[]): Promise<string> {
  const id = randomUUID()
  const token = await accessToken(page)
  await page.request.post('/api/conversations/', {
    data: { id },
    headers: { Authorization: `Bearer ${token}` },
  })
  // A page without the application, which would draw its list again with each answer.
  await page.goto('/assets/none')
  for (let first = 0; first < questions.length; first += QUESTIONS_PER_CONNECTION) {
    await askAll(page, id, token, questions.slice(first, first + QUESTIONS_PER_CONNECTION))
  }
  return id
}

async function askAll(page: Page, id: string, token: string, questions: string[]): Promise<void> {
  await page.evaluate(
    ({ id, token, questions }) =>
      new Promise<void>((resolve, reject) => {
        const socket = new WebSocket(`ws://${location.host}/ws/chat/${id}/`)
        const left = [...questions]
        const next = () => {
          const content = left.shift()
          if (content === undefined) socket.close()
          else socket.send(JSON.stringify({ type: 'chat.message', content }))
        }
        socket.addEventListener('open', () => socket.send(JSON.stringify({ type: 'auth', token })))
        socket.addEventListener('message', ({ data }: MessageEvent<string>) => {
          const frame = JSON.parse(data) as { type: string; done?: boolean; code?: string }
          if (frame.type === 'chat.error') reject(new Error(frame.code))
          else if (frame.type === 'auth.success' || frame.done === true) next()
        })
        socket.addEventListener('close', () => {
          if (left.length === 0) resolve()
          else reject(new Error('the connection was lost'))
        })
      }),
    { id, token, questions },
  )
}
