import { act, screen, waitFor } from '@testing-library/react'
import { expect, test, vi } from 'vitest'
import { matchAllMedia, openPage, serve } from '@/test/app'
import { FakeChatServer } from '@/test/chat-server'
import { conversation } from '@/test/messages'

test('the list of a page that stays open over midnight is grouped again', async () => {
  vi.useFakeTimers({ now: new Date(2026, 4, 20, 12), toFake: ['Date'] })
  // A wide screen, which shows the sidebar beside the page.
  matchAllMedia()
  new FakeChatServer()
  serve({
    conversations: [
      conversation('c1', { title: 'Rivers', updated_at: new Date(2026, 4, 20, 9).toISOString() }),
      conversation('c2', { title: 'Mountains', updated_at: new Date(2026, 4, 19, 9).toISOString() }),
    ],
    messages: [],
  })
  await openPage('/')
  expect((await screen.findByRole('region', { name: 'Today' })).textContent).toContain('Rivers')
  expect(screen.getByRole('region', { name: 'Yesterday' }).textContent).toContain('Mountains')

  vi.setSystemTime(new Date(2026, 4, 21, 0, 0, 1))
  act(() => void document.dispatchEvent(new Event('visibilitychange')))

  await waitFor(() =>
    expect(screen.getByRole('region', { name: 'Yesterday' }).textContent).toContain('Rivers'),
  )
  expect(screen.queryByRole('region', { name: 'Today' })).toBeNull()
})
