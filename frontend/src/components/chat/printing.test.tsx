import { act, fireEvent, screen, waitFor } from '@testing-library/react'
import type { UserEvent } from '@testing-library/user-event'
import { http, HttpResponse } from 'msw'
import { beforeEach, describe, expect, test, vi } from 'vitest'
import { openPage, serve } from '@/test/app'
import { FakeChatServer } from '@/test/chat-server'
import { answer, conversation, image, question } from '@/test/messages'
import { errorResponse, server } from '@/test/server'
import type { Message } from '@/types/api'

const MESSAGES = [1, 2, 3, 4, 5, 6, 7, 8].flatMap((turn): Message[] => [
  question(`q${turn}`, turn === 1 ? null : `a${turn - 1}`, `Question ${turn}?`),
  answer(`a${turn}`, `q${turn}`, { content: `Answer **${turn}**.` }),
])
/** How many messages the server sends at first. */
let newest = MESSAGES.length
let print: ReturnType<typeof vi.fn<() => void>>

beforeEach(() => {
  newest = MESSAGES.length
  serve({ conversations: [conversation('c1', { title: 'Trees', leaf_id: 'a8' })], messages: MESSAGES })
  server.use(
    http.get('/api/conversations/c1/messages', ({ request }) => {
      const before = new URL(request.url).searchParams.get('before')
      const end = before ? MESSAGES.findIndex(({ id }) => id === before) : MESSAGES.length
      const offset = before ? Math.max(0, end - 6) : end - newest
      const messages = MESSAGES.slice(offset, end)
      const page = { total: MESSAGES.length, offset, page: null, page_size: 50, has_more: offset > 0 }
      return HttpResponse.json({ messages, ...page })
    }),
  )
  new FakeChatServer()
  print = vi.fn<() => void>()
  vi.stubGlobal('print', print)
})

/** The view is far from all that is observed. */
function stubDistance(): void {
  class FarObserver {
    readonly #report: IntersectionObserverCallback
    constructor(report: IntersectionObserverCallback) {
      this.#report = report
    }
    observe(target: Element): void {
      const boundingClientRect = target.getBoundingClientRect()
      const entry = { target, isIntersecting: false, boundingClientRect } as IntersectionObserverEntry
      this.#report([entry], this as unknown as IntersectionObserver)
    }
    readonly disconnect = () => undefined
    readonly unobserve = () => undefined
  }
  vi.stubGlobal('IntersectionObserver', FarObserver)
}

// An open sidebar hides the rest of a narrow page from the roles.
const allAnswers = () => screen.getAllByRole('article', { name: 'AI', hidden: true })
const wholeAnswers = () => allAnswers().filter((one) => one.querySelector('strong') !== null)

describe('a conversation on paper', () => {
  test('is drawn whole, even far from the view, and then returns to its earlier state', async () => {
    stubDistance()
    await openPage('/c/c1')
    await screen.findByText('Answer **1**.')
    await waitFor(() => expect(wholeAnswers()).toHaveLength(4))
    // At once: the browser lays out the paper right after the event.
    act(() => void window.dispatchEvent(new Event('beforeprint')))
    expect(wholeAnswers()).toHaveLength(8)
    act(() => void window.dispatchEvent(new Event('afterprint')))
    expect(wholeAnswers()).toHaveLength(4)
  })

  test('says that a part is missing while earlier messages are not loaded', async () => {
    newest = 4
    await openPage('/c/c1')
    await screen.findByText('Question 8?')
    expect(screen.getByText(/Part of this chat is not loaded/)).toBeTruthy()
  })
})

/** Opens a chat with an image whose URL has failed, at a server with this answer; a broken image is complete. */
async function openWithBrokenImage(answer: () => Response): Promise<{ user: UserEvent; shown: Element }> {
  const attachments = [image('a.png', '/expired')]
  serve({
    conversations: [conversation('c1', { title: 'Trees', leaf_id: 'q1' })],
    messages: [{ ...question('q1', null), attachments }],
  })
  const download = vi.fn(answer)
  server.use(http.get('/api/attachments/a.png', download))
  vi.spyOn(HTMLImageElement.prototype, 'complete', 'get').mockReturnValue(true)
  const user = await openPage('/c/c1')
  const tile = await screen.findByRole('button', { name: 'Open image “a.png”' })
  const shown = tile.querySelector('img') ?? tile
  fireEvent.error(shown)
  await waitFor(() => expect(download).toHaveBeenCalledOnce())
  vi.useFakeTimers({ shouldAdvanceTime: true, toFake: ['setTimeout', 'clearTimeout'] })
  return { user, shown }
}

describe('"Print" in the menu of a conversation', () => {
  async function choosePrint(user: UserEvent): Promise<void> {
    await user.click(await screen.findByRole('button', { name: 'Open sidebar' }))
    await user.click(await screen.findByRole('button', { name: 'Menu for “Trees”' }))
    await user.click(await screen.findByRole('menuitem', { name: 'Print' }))
  }

  test.each(['/c/c1', '/'])('prints the whole conversation, chosen at %s', async (path) => {
    newest = 4
    let printed: (string | null)[] = []
    print.mockImplementation(() => {
      printed = allAnswers().map(({ textContent }) => textContent)
    })
    await choosePrint(await openPage(path))
    await waitFor(() => expect(print).toHaveBeenCalledOnce())
    expect(printed.map((text) => text?.slice(0, 9))).toEqual(
      [1, 2, 3, 4, 5, 6, 7, 8].map((turn) => `Answer ${turn}.`),
    )
    expect(screen.queryByText(/Part of this chat is not loaded/)).toBeNull()
  })

  test('waits for an image that has failed, until it is loaded from another URL', async () => {
    const { user, shown } = await openWithBrokenImage(() => HttpResponse.json(image('a.png', '/fresh')))
    await choosePrint(user)
    await act(() => vi.advanceTimersByTimeAsync(5_000))
    expect(print).not.toHaveBeenCalled()
    expect(shown.getAttribute('src')).toBe('/fresh#1')
    fireEvent.load(shown)
    await act(() => vi.advanceTimersByTimeAsync(2_000))
    expect(print).toHaveBeenCalledOnce()
  })

  test('does not wait for an image that was deleted', async () => {
    const { user } = await openWithBrokenImage(() => errorResponse(404, 'NOT_FOUND'))
    await choosePrint(user)
    await act(() => vi.advanceTimersByTimeAsync(5_000))
    expect(print).toHaveBeenCalledOnce()
  })

  test('prints nothing and says so when earlier messages cannot be loaded', async () => {
    newest = 4
    const user = await openPage('/c/c1')
    await screen.findByText('Question 8?')
    server.use(http.get('/api/conversations/c1/messages', () => errorResponse(500, 'INTERNAL_ERROR')))
    await choosePrint(user)
    expect(await screen.findByText(/could not be loaded, so it was not printed/)).toBeTruthy()
    expect(print).not.toHaveBeenCalled()
  })
})
