import { expect, type Page } from '@playwright/test'
import { controlConnections } from './connection'
import { newGate } from './model'
import {
  ask,
  askToTheEnd,
  composer,
  endedAnswer,
  lastAnswer,
  stopButton,
  storedMessages,
  storedTexts,
} from './user'
import { test } from './signed-in'

const questions = (page: Page) => page.getByRole('article', { name: 'You' })

test('a message written offline survives a reload, can be edited, and is sent once after the reconnect', async ({
  page,
}) => {
  const connection = await controlConnections(page)
  await page.goto('/')
  await askToTheEnd(page, 'First')
  await connection.cut()
  await ask(page, 'Writen offline')
  const waiting = page.getByText('Will be sent once you are back online')
  await expect(waiting).toBeVisible()
  await page.reload()
  await expect(waiting).toBeVisible()
  await page.getByRole('button', { name: 'Edit before sending' }).click()
  const editor = page.getByRole('textbox', { name: 'Edit message' })
  await editor.fill('Written offline')
  connection.mend()
  await editor.press('Enter')
  await expect(lastAnswer(page)).toContainText('Echo: Written offline')
  await endedAnswer(page)
  await expect(questions(page)).toHaveCount(2)
  expect(await storedTexts(page)).toEqual([
    'First',
    'Echo: First',
    'Written offline',
    'Echo: Written offline',
  ])
})

test('messages sent while an answer is being written are answered in order after it', async ({ page }) => {
  const gate = newGate()
  await ask(page, `${gate.knob} One`)
  await gate.open(1)
  await expect(stopButton(page)).toBeVisible()
  await ask(page, 'Two')
  await ask(page, 'Three')
  await expect(composer(page)).toHaveValue('')
  await expect(page.getByText('Will be sent after this answer')).toBeVisible()
  await page.reload()
  await expect(page.getByText('Will be sent after the message above')).toBeVisible()
  await gate.open(100)
  await expect(lastAnswer(page)).toContainText('Echo: Three')
  await endedAnswer(page)
  const stored = await storedTexts(page)
  expect(stored.slice(1)).toEqual(['Echo: One', 'Two', 'Echo: Two', 'Three', 'Echo: Three'])
})

test('a new chat begun while the server is down is created at the same URL once it is back', async ({
  page,
}) => {
  let isDown = true
  await page.route('**/api/conversations/', (route) =>
    isDown && route.request().method() === 'POST' ? route.abort() : route.continue(),
  )
  await ask(page, 'Are you there?')
  await expect(page).toHaveURL(/\/c\/[0-9a-f-]{36}$/)
  const place = page.url()
  await expect(page.getByText('Will be sent once you are back online')).toBeVisible()
  await page.reload()
  await expect(questionText(page, 'Are you there?')).toBeVisible()
  isDown = false
  await expect(lastAnswer(page)).toContainText('Echo: Are you there?')
  await endedAnswer(page)
  expect(page.url()).toBe(place)
  await expect(questions(page)).toHaveCount(1)
})

test('two tabs send a waiting message once, and both show it', async ({ page, context }) => {
  const gate = newGate()
  await ask(page, `${gate.knob} One`)
  await gate.open(1)
  await expect(stopButton(page)).toBeVisible()
  const other = await context.newPage()
  await other.goto(page.url())
  await expect(stopButton(other)).toBeVisible()
  await ask(page, 'Two')
  await expect(other.getByText('Will be sent after this answer')).toBeVisible()
  await gate.open(100)
  for (const tab of [page, other]) {
    await expect(lastAnswer(tab)).toContainText('Echo: Two')
    await endedAnswer(tab)
    await expect(questions(tab)).toHaveCount(2)
    await expect(tab.getByText('Will be sent after this answer')).toBeHidden()
  }
  expect(await storedMessages(page)).toHaveLength(4)
})

test('a broken entry in the outbox is set aside, and the others are sent', async ({ page }) => {
  await askToTheEnd(page, 'First')
  const connection = await controlConnections(page)
  await connection.cut()
  await page.reload()
  await ask(page, 'Second')
  await expect(page.getByText('Will be sent once you are back online')).toBeVisible()
  await page.evaluate(() => {
    const key = Object.keys(localStorage).find((name) => name.includes(':outbox:')) ?? ''
    const user = key.slice(0, key.indexOf('outbox:'))
    const stored = JSON.parse(localStorage.getItem(key) ?? '{}') as object
    // Earlier releases stored items without a version.
    localStorage.setItem(key, JSON.stringify({ ...stored, version: undefined }))
    localStorage.setItem(`${user}outbox:cut-off`, '{"id":"cut-off","command":{"type":"chat.mess')
    localStorage.setItem(`${user}outbox:of-another-shape`, '{"version":1,"text":"Third"}')
    localStorage.setItem(`${user}activity`, '{"state":{"unread":null},"version":0}')
    localStorage.setItem('preferences', 'light')
  })
  connection.mend()
  const warnings: string[] = []
  page.on('console', (message) => message.type() === 'warning' && warnings.push(message.text()))
  await page.reload()
  await expect(lastAnswer(page)).toContainText('Echo: Second')
  await endedAnswer(page)
  expect(await storedTexts(page)).toEqual(['First', 'Echo: First', 'Second', 'Echo: Second'])
  const keys = await page.evaluate(() => Object.keys(localStorage).sort())
  const user = `user:${await page.evaluate(() => localStorage.getItem('session'))}:`
  expect(keys.filter((key) => key.startsWith(`${user}outbox:`))).toEqual([])
  const names = ['activity', 'outbox:cut-off', 'outbox:of-another-shape']
  const broken = ['preferences', ...names.map((name) => user + name)]
  expect(keys.filter((key) => key.startsWith('set-aside:'))).toEqual(broken.map((key) => `set-aside:${key}`))
  const reports = broken.map((key) => warnings.filter((text) => text.includes(`"${key}"`)).length)
  expect(reports).toEqual([1, 1, 1, 1])
})

function questionText(page: Page, text: string) {
  return page.getByRole('log').getByText(text, { exact: true })
}
