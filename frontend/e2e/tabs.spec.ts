/** Several tabs of one browser in a network that blocks WebSocket: they share the connections it allows. */
import { expect, type Page } from '@playwright/test'
import { newGate } from './model'
import { test as base } from './refused-sockets'
import type { RefusingProxy } from './refusing-proxy'
import {
  ask,
  askToTheEnd,
  endedAnswer,
  lastAnswer,
  openTab,
  shownWords,
  signOut,
  startSignedIn,
  storedTexts,
  words,
} from './user'

/** A browser allows six HTTP connections to a server; two stay free for requests. */
const MAX_STREAMS = 4

const test = base.extend<{ tabs: Page[] }>({
  tabs: async ({ page }, use) => {
    await startSignedIn(page)
    const tabs = [page]
    while (tabs.length < 5) tabs.push(await openTab(page))
    await use(tabs)
  },
})

/**
 * Waits until at most the allowed number of streams is open. A stream that one tab has given up may close only after
 * the next tab has opened its own.
 */
const expectFewStreams = (proxy: RefusingProxy) =>
  expect.poll(() => proxy.streams).toBeLessThanOrEqual(MAX_STREAMS)

const links = (page: Page) => page.getByRole('navigation', { name: 'Chats' }).getByRole('link')

test('five tabs ask at the same time, and each gets its answer', async ({ tabs, refusingProxy }) => {
  await Promise.all(tabs.map((tab, index) => ask(tab, `[[tokens=40]] [[rate=40]] Count ${index}`)))
  for (const [index, tab] of tabs.entries()) {
    await expect(lastAnswer(tab)).toContainText('w40')
    expect(await shownWords(await endedAnswer(tab))).toBe(words(40))
    expect(await storedTexts(tab)).toEqual([
      `[[tokens=40]] [[rate=40]] Count ${index}`,
      expect.stringContaining(words(40)),
    ])
  }
  for (const tab of tabs) await expect(links(tab)).toHaveCount(5)
  expect(refusingProxy.opened).toBe(0)
  await expectFewStreams(refusingProxy)
})

test('when the tab that reads the changes is closed, another one reads them for all', async ({
  tabs: [first, second, ...others],
  refusingProxy,
}) => {
  if (!first || !second) throw new Error('no tabs')
  await askToTheEnd(first, 'Rivers')
  for (const tab of [second, ...others]) await expect(links(tab)).toHaveText(['Title of Rivers'])
  await first.close()
  await askToTheEnd(second, 'Mountains')
  for (const tab of [second, ...others]) {
    await expect(links(tab)).toHaveText(['Title of Mountains', 'Title of Rivers'])
  }
  await expectFewStreams(refusingProxy)
})

test('a question says that it waits for other tabs, and is sent once one of them is idle', async ({
  tabs,
  refusingProxy,
}) => {
  const gates = tabs.slice(0, 4).map(() => newGate())
  const [, , , waiting] = tabs
  const [firstGate] = gates
  if (!waiting || !firstGate) throw new Error('no tabs')
  for (const [index, { knob, open }] of gates.slice(0, 3).entries()) {
    const tab = tabs[index]
    if (!tab) throw new Error('no tab')
    await ask(tab, `[[tokens=30]] ${knob} Count`)
    await open(10)
    await expect(lastAnswer(tab)).toContainText('w10')
  }
  await ask(waiting, 'Rivers')
  await expect(waiting.getByText('Too many tabs are open. Waiting for one to finish.')).toBeVisible()
  await expect(waiting.getByRole('button', { name: 'Edit before sending' })).toBeVisible()
  await expectFewStreams(refusingProxy)
  await firstGate.open(100)
  await expect(lastAnswer(waiting)).toContainText('Echo: Rivers')
  for (const gate of gates) await gate.open(100)
  for (const tab of tabs.slice(0, 3)) {
    await expect(lastAnswer(tab)).toContainText('w30')
    expect(await shownWords(await endedAnswer(tab))).toBe(words(30))
  }
  expect(await storedTexts(waiting)).toEqual(['Rivers', 'Echo: Rivers'])
})

test('another user who signs in after a sign-out receives only their own changes', async ({
  tabs: [first, second, third],
}) => {
  if (!first || !second || !third) throw new Error('no tabs')
  await askToTheEnd(first, 'Rivers')
  await expect(links(third)).toHaveText(['Title of Rivers'])
  await signOut(first)
  for (const tab of [first, second, third]) await expect(tab).toHaveURL(/\/login/)
  await startSignedIn(second)
  await third.goto('/')
  await askToTheEnd(second, 'Mountains')
  await expect(links(third)).toHaveText(['Title of Mountains'])
})
