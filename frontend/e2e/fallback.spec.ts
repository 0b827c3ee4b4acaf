import { expect } from '@playwright/test'
import { newGate } from './model'
import {
  ask,
  askToTheEnd,
  endedAnswer,
  lastAnswer,
  openTab,
  shownWords,
  startSignedIn,
  stopButton,
  storedAnswer,
  words,
} from './user'
import { test } from './refused-sockets'

test('a chat works over server-sent events when every WebSocket is refused', async ({
  page,
  refusingProxy,
}) => {
  await startSignedIn(page)
  const gate = newGate()
  await ask(page, `[[tokens=60]] ${gate.knob} Count`)
  for (const count of [5, 20]) {
    await gate.open(count === 5 ? 5 : 15)
    await expect(lastAnswer(page)).toContainText(`w${count}`)
  }
  expect(await shownWords(lastAnswer(page))).toBe(words(20))
  await page.reload()
  await gate.open(10)
  await expect(lastAnswer(page)).toContainText('w30')
  await stopButton(page).click()
  const answer = await endedAnswer(page)
  await expect(answer.getByText('Stopped')).toBeVisible()
  expect(await shownWords(answer)).toBe(words(30))
  expect((await storedAnswer(page)).status).toBe('stopped')
  await answer.getByRole('button', { name: 'Continue' }).click()
  await gate.open(100)
  await expect(answer).toContainText('w60')
  await endedAnswer(page)
  expect(await shownWords(answer)).toBe(words(60))
  await expect(page.getByRole('heading', { level: 1 })).toContainText('Title of')
  expect(refusingProxy.refused).toBeGreaterThanOrEqual(3)
  expect(refusingProxy.opened).toBe(0)
})

test('an answer continues over a WebSocket once one is accepted again', async ({ page, refusingProxy }) => {
  await page.clock.install()
  await startSignedIn(page)
  const gate = newGate()
  await ask(page, `[[tokens=30]] ${gate.knob} Count`)
  await gate.open(10)
  await expect(lastAnswer(page)).toContainText('w10')
  refusingProxy.isRefusing = false
  await page.clock.fastForward(60_000)
  await expect.poll(() => refusingProxy.opened).toBeGreaterThan(0)
  await gate.open(100)
  await expect(lastAnswer(page)).toContainText('w30')
  expect(await shownWords(await endedAnswer(page))).toBe(words(30))
})

test('the lists of two tabs agree when every WebSocket is refused', async ({ page, refusingProxy }) => {
  await startSignedIn(page)
  const tab = await openTab(page)
  const links = tab.getByRole('navigation', { name: 'Chats' }).getByRole('link')
  await expect(tab.getByText('No chats yet.')).toBeVisible()
  await askToTheEnd(page, 'Rivers')
  await expect(links).toHaveText(['Title of Rivers'])
  expect(refusingProxy.opened).toBe(0)
})
