import { screen, waitFor, within } from '@testing-library/react'
import { http, HttpResponse } from 'msw'
import { expect, test } from 'vitest'
import { openPage, serve } from '@/test/app'
import { server } from '@/test/server'

const PAGE = 50
const TOTAL = 120

/** Serves the files `f1`, `f2`, …, of which the first is the largest. */
function serveFiles(): void {
  let all = Array.from({ length: TOTAL }, (_, index) => {
    const shown = {
      id: `f${index + 1}`,
      name: `f${index + 1}.txt`,
      bytes: 5000 - index,
      created_at: '2026-01-02T03:04:05Z',
    }
    return { ...shown, kind: 'document', mime: 'text/plain', pages: null, thumbnail_url: null }
  })
  serve({ conversations: [], messages: [] })
  server.use(
    http.get('/api/attachments/', ({ request }) => {
      const page = Number(new URL(request.url).searchParams.get('page'))
      const attachments = all.slice((page - 1) * PAGE, page * PAGE)
      const has_more = page * PAGE < all.length
      const sums = { used: 2048, texts: 1024, limit: 4096, total: all.length }
      return HttpResponse.json({ attachments, ...sums, page, page_size: PAGE, has_more })
    }),
    http.delete('/api/attachments/:id', ({ params }) => {
      all = all.filter(({ id }) => id !== params['id'])
      return new HttpResponse(null, { status: 204 })
    }),
  )
}

test('all files can be reached, page by page, even after one is deleted', async () => {
  serveFiles()
  const user = await openPage('/?settings=data')
  const storage = await screen.findByRole('region', { name: 'Storage' })
  await within(storage).findByText('3 kB of 4 kB used: files 2 kB, chats 1 kB')
  const rows = () => within(storage).getAllByRole('listitem')
  await within(storage).findByText('Largest files (50 of 120)')
  expect(rows()).toHaveLength(50)
  await user.click(within(storage).getByRole('button', { name: 'Show more files' }))
  await within(storage).findByText('Largest files (100 of 120)')
  await user.click(within(storage).getByRole('button', { name: 'Delete “f60.txt”' }))
  within(storage).getByText('Largest files (100 of 120)')
  await user.click(within(storage).getByRole('button', { name: 'Are you sure? Delete “f60.txt”' }))
  await within(storage).findByText('Largest files (100 of 119)')
  expect(within(storage).queryByText('f60.txt')).toBeNull()
  await user.click(within(storage).getByRole('button', { name: 'Show more files' }))
  await within(storage).findByText('Largest files (119 of 119)')
  await waitFor(() => expect(within(storage).queryByRole('button', { name: 'Show more files' })).toBeNull())
  expect(rows().at(-1)?.textContent).toContain('f120.txt')
})
