import { fireEvent, screen, waitFor } from '@testing-library/react'
import { http, HttpResponse } from 'msw'
import { expect, test } from 'vitest'
import { openPage, serve } from '@/test/app'
import { FakeChatServer } from '@/test/chat-server'
import { conversation, image, question } from '@/test/messages'
import { errorResponse, server } from '@/test/server'

type Answers = readonly (() => Response)[]

const signed = (name: string) => () => HttpResponse.json(image(name, '/fresh'))
const down = () => errorResponse(503, 'DOWN')
const deleted = () => errorResponse(404, 'NOT_FOUND')

/**
 * Opens a chat with images whose URLs have failed, at a server with these answers to the requests for new ones, and
 * returns the names that were requested.
 */
async function openWithBrokenImages(answers: Record<string, Answers>): Promise<string[]> {
  const requested: string[] = []
  const names = Object.keys(answers)
  const attachments = names.map((name) => image(name, '/expired'))
  serve({
    conversations: [conversation('c1')],
    messages: [{ ...question('m1', null), attachments }],
  })
  server.use(
    http.get<{ id: string }>('/api/attachments/:id', ({ params: { id } }) => {
      const answer = answers[id]?.[requested.filter((name) => name === id).length]
      requested.push(id)
      return answer?.()
    }),
  )
  new FakeChatServer()
  await openPage('/c/c1')
  for (const name of names) fireEvent.error(await shown(name))
  await waitFor(() => expect(requested.toSorted()).toEqual(names))
  return requested
}

async function shown(name: string): Promise<HTMLImageElement> {
  const tile = await screen.findByRole('button', { name: `Open image “${name}”` })
  return tile.querySelector('img') ?? document.createElement('img')
}

test.each([
  ['network', () => HttpResponse.error()],
  ['server', down],
])('an image is loaded from a new URL when the %s is back', async (_, failure) => {
  await openWithBrokenImages({ 'a.png': [failure, signed('a.png')] })
  window.dispatchEvent(new Event('online'))
  const found = await shown('a.png')
  await waitFor(() => expect(found.getAttribute('src')).toBe('/fresh#1'))
})

test('a deleted image is not requested again', async () => {
  const requested = await openWithBrokenImages({
    'a.png': [deleted, signed('a.png')],
    'b.png': [down, signed('b.png')],
  })
  window.dispatchEvent(new Event('online'))
  const other = await shown('b.png')
  await waitFor(() => expect(other.getAttribute('src')).toBe('/fresh#1'))
  expect(requested.filter((name) => name === 'a.png')).toHaveLength(1)
})
