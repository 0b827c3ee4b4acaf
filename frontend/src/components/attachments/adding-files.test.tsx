import { fireEvent, screen, waitFor } from '@testing-library/react'
import { http, HttpResponse, type RequestHandler } from 'msw'
import { expect, test } from 'vitest'
import { composer, openPage, serve } from '@/test/app'
import { FakeChatServer } from '@/test/chat-server'
import { serveUploads } from '@/test/chats'
import { conversation } from '@/test/messages'
import { errorResponse, LIMITS, server } from '@/test/server'

/** Opens a chat at a server that finds `pages` pages in each file. */
async function openChat(pages: number, ...handlers: RequestHandler[]): Promise<void> {
  serve({ conversations: [conversation('c1', { leaf_id: null })], messages: [] })
  serveUploads({ kind: 'document', name: 'a.pdf', mime: 'application/pdf', pages })
  server.use(...handlers)
  new FakeChatServer()
  await openPage('/c/c1')
}

async function pasteFiles(count: number): Promise<void> {
  const files = Array.from({ length: count }, () => new File(['%PDF'], 'a.pdf', { type: 'application/pdf' }))
  fireEvent.paste(await composer(), {
    clipboardData: { files, items: [], types: ['Files'], getData: () => '' },
  })
}

test.each([
  [1, '1 page · 4 bytes'],
  [3, '3 pages · 4 bytes'],
])('a document shows its pages and its size (%i)', async (pages, text) => {
  await openChat(pages)
  await pasteFiles(1)
  await screen.findByText(text)
})

test('a message that can have one attachment says so', async () => {
  const limits = { ...LIMITS, message_max: 1, attachments_per_message: 1 }
  await openChat(
    1,
    http.get('/api/limits', () => HttpResponse.json(limits)),
  )
  fireEvent.change(await composer(), { target: { value: 'a' } })
  // The page knows the limits.
  await screen.findByText('0 characters left')
  await pasteFiles(2)
  await screen.findByText('A message can have at most 1 attachment. The others were not added.')
})

test('a folder is not added, and the files beside it are', async () => {
  await openChat(1)
  const files = ['src', 'a.pdf'].map((name) => new File(['%PDF'], name))
  const items = files.map(({ name }) => ({
    kind: 'file',
    webkitGetAsEntry: () => ({ isDirectory: name === 'src' }),
  }))
  await composer()
  fireEvent.drop(window, { dataTransfer: { files, items, types: ['Files'] } })
  await screen.findByText('Folders cannot be added. Add the files in them instead.')
  await screen.findByRole('button', { name: 'Remove “a.pdf”' })
  expect(screen.queryByText('src')).toBeNull()
})

test('files can be added before the server has reported its limits', async () => {
  await openChat(
    2,
    http.get('/api/limits', () => HttpResponse.error()),
  )
  await pasteFiles(9)
  expect(await screen.findAllByRole('button', { name: 'Remove “a.pdf”' })).toHaveLength(8)
  await screen.findByText('A message can have at most 8 attachments. The others were not added.')
})

test.each([
  [415, 'ATTACHMENT_TYPE', false],
  [422, 'ATTACHMENT_UNREADABLE', false],
  [413, 'ATTACHMENT_TOO_LARGE', false],
  [507, 'STORAGE_FULL', true],
])(
  'a file refused with %i %s can be uploaded again only where that may help',
  async (status, code, helps) => {
    await openChat(1)
    server.use(http.post('/api/attachments/', () => errorResponse(status, code)))
    await pasteFiles(1)
    await waitFor(() => expect(document.querySelector('li .text-danger')).not.toBeNull())
    expect(screen.queryByRole('button', { name: 'Upload “a.pdf” again' }) !== null).toBe(helps)
  },
)
