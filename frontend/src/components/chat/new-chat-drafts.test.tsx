import { waitFor } from '@testing-library/react'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { composer, openPage, serve } from '@/test/app'

/** The locks of all tabs of the browser, by name. */
const held = new Map<string, { letGo: () => void }>()

/** Like Web Locks, but refuses a held lock immediately, where a browser waits for the signal. */
const locks = {
  request: async (name: string, ...rest: unknown[]) => {
    const task = rest.at(-1) as () => Promise<unknown>
    if (name.startsWith('tab:') && held.has(name)) throw new DOMException('', 'TimeoutError')
    if (!name.startsWith('tab:')) return task()
    const closed = new Promise<void>((resolve) => held.set(name, { letGo: resolve }))
    return Promise.race([task(), closed])
  },
  query: () => Promise.resolve({ held: [...held.keys()].map((name) => ({ name })) }),
}

beforeEach(() => {
  serve({ conversations: [], messages: [] })
  Object.defineProperty(navigator, 'locks', { value: locks, configurable: true })
})

afterEach(() => {
  held.clear()
  Reflect.deleteProperty(navigator, 'locks')
})

/** The tab that is open now; its storage for the session, with which it can be shown again. */
function leaveTab(): Record<string, string> {
  const session = Object.fromEntries(Object.entries(sessionStorage) as [string, string][])
  sessionStorage.clear()
  return session
}

function returnTo(session: Record<string, string>): void {
  sessionStorage.clear()
  for (const [key, value] of Object.entries(session)) sessionStorage.setItem(key, value)
  held.delete(`tab:${session['tab'] ?? ''}`)
}

test('two tabs at "new chat" have two drafts, and each has its own after a reload', async () => {
  await (await openPage('/')).type(await composer(), 'Of the first')
  const first = leaveTab()
  const user = await openPage('/')
  expect((await composer()).value).toBe('')
  await user.type(await composer(), 'Of the second')
  const second = leaveTab()
  returnTo(first)
  await openPage('/')
  expect((await composer()).value).toBe('Of the first')
  leaveTab()
  returnTo(second)
  await openPage('/')
  expect((await composer()).value).toBe('Of the second')
})

test('the draft of a tab that was closed or has crashed is in the next new chat', async () => {
  await (await openPage('/')).type(await composer(), 'Not yet sent')
  leaveTab()
  held.clear()
  await openPage('/')
  await waitFor(async () => expect((await composer()).value).toBe('Not yet sent'))
})

test('a duplicated tab leaves the draft to the tab that it was copied from', async () => {
  await (await openPage('/')).type(await composer(), 'Once')
  await openPage('/')
  expect((await composer()).value).toBe('')
})

test('the draft of an earlier version is kept', async () => {
  localStorage.setItem('session', 'ann')
  localStorage.setItem('user:ann:draft:new', 'Older')
  await openPage('/')
  await waitFor(async () => expect((await composer()).value).toBe('Older'))
})
