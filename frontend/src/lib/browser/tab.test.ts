/** The id of a tab that is reloaded, duplicated, or left and entered again. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { eventually } from '@/test/eventually'
import { FakeWebLocks } from '../../../../clients/typescript/src/test/web-locks'

const MAX_WAIT_MS = 5_000

let locks: FakeWebLocks

beforeEach(() => {
  sessionStorage.clear()
  locks = new FakeWebLocks()
  locks.install()
})

afterEach(() => {
  // Every page is closed.
  window.dispatchEvent(new Event('pagehide'))
})

/** A page with empty memory. */
async function loadPage() {
  vi.resetModules()
  return await import('@/lib/browser/tab')
}

test('a page that is reloaded has the id of its tab as soon as the previous page releases it', async () => {
  sessionStorage.setItem('tab', 'known')
  let letGo: () => void = () => undefined
  void locks.request('tab:known', () => new Promise<void>((resolve) => (letGo = resolve)))
  const page = await loadPage()
  vi.useFakeTimers()
  const entered = page.enterTab()
  await messagesRead()
  await vi.advanceTimersByTimeAsync(MAX_WAIT_MS - 1)
  expect((await locks.query()).pending).toEqual([{ name: 'tab:known' }])
  letGo()
  await entered
  expect(page.tabId()).toBe('known')
})

test('a page that waits in vain is not kept blank, and is a new tab', async () => {
  sessionStorage.setItem('tab', 'known')
  void locks.request('tab:known', () => new Promise<void>(() => undefined))
  const page = await loadPage()
  vi.useFakeTimers()
  const entered = page.enterTab()
  await vi.advanceTimersByTimeAsync(MAX_WAIT_MS)
  await entered
  expect(page.tabId()).not.toBeNull()
  expect(page.tabId()).not.toBe('known')
})

test('a tab that was duplicated has a new id', async () => {
  const first = await loadPage()
  await first.enterTab()
  expect(sessionStorage.getItem('tab')).toBe(first.tabId())
  const second = await loadPage()
  await second.enterTab()
  expect(second.tabId()).not.toBeNull()
  expect(second.tabId()).not.toBe(first.tabId())
  expect(await second.openTabIds()).toEqual(new Set([first.tabId(), second.tabId()]))
})

test('of two pages that wait for the same tab one gets it, and the other a new id', async () => {
  sessionStorage.setItem('tab', 'known')
  let letGo: () => void = () => undefined
  void locks.request('tab:known', () => new Promise<void>((resolve) => (letGo = resolve)))
  const pages = [await loadPage(), await loadPage()]
  const entered = pages.map((page) => page.enterTab())
  await messagesRead()
  letGo()
  await Promise.all(entered)
  const ids = pages.map((page) => page.tabId())
  expect(ids).toContain('known')
  expect(new Set(ids).size).toBe(2)
})

test('a page that the browser kept has the same tab on the way back', async () => {
  const page = await loadPage()
  await page.enterTab()
  const id = page.tabId()
  window.dispatchEvent(new Event('pagehide'))
  await eventually(async () => expect(await page.openTabIds()).toEqual(new Set()))
  window.dispatchEvent(new Event('pageshow'))
  await eventually(async () => expect(await page.openTabIds()).toEqual(new Set([id])))
  expect(page.tabId()).toBe(id)
})

/** Settles when the messages that were sent before have been read. */
async function messagesRead(): Promise<void> {
  for (const name of ['first', 'second']) {
    const [from, to] = [new BroadcastChannel(name), new BroadcastChannel(name)]
    await new Promise((resolve) => {
      to.onmessage = resolve
      from.postMessage(null)
    })
    from.close()
    to.close()
  }
}
