import { expect, type Page } from '@playwright/test'
import { cuttable } from './connection'
import { newGate } from './model'
import { ask, composer, endedAnswer, lastAnswer, signUp, stopButton, storedMessages } from './person'
import { test } from './test'

const questions = (page: Page) => page.getByRole('article', { name: 'You' })

test.beforeEach(async ({ page }) => {
  await signUp(page)
})

test('a message written offline goes out once when the connection is back, over a reload too', async ({
  page,
}) => {
  const connection = await cuttable(page)
  await page.goto('/')
  await ask(page, 'First')
  await endedAnswer(page)
  await connection.cut()
  await ask(page, 'Writen offline')
  const waiting = page.getByText('Will be sent when the connection is back')
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
  expect((await storedMessages(page)).map(({ content }) => content)).toEqual([
    'First',
    'Echo: First',
    'Written offline',
    'Echo: Written offline',
  ])
})

test('messages written while an answer is being written wait their turn', async ({ page }) => {
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
  const stored = (await storedMessages(page)).map(({ content }) => content)
  expect(stored.slice(1)).toEqual(['Echo: One', 'Two', 'Echo: Two', 'Three', 'Echo: Three'])
})

test('a new chat begun while the server is away begins when it is back, at the same address', async ({
  page,
}) => {
  let isAway = true
  await page.route('**/api/conversations/', (route) =>
    isAway && route.request().method() === 'POST' ? route.abort() : route.continue(),
  )
  await ask(page, 'Are you there?')
  await expect(page).toHaveURL(/\/c\/[0-9a-f-]{36}$/)
  const place = page.url()
  await expect(page.getByText('Will be sent when the connection is back')).toBeVisible()
  await page.reload()
  await expect(questionText(page, 'Are you there?')).toBeVisible()
  isAway = false
  await expect(lastAnswer(page)).toContainText('Echo: Are you there?')
  await endedAnswer(page)
  expect(page.url()).toBe(place)
  await expect(questions(page)).toHaveCount(1)
})

test('two tabs send what waits once, and both show it', async ({ page, context }) => {
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

function questionText(page: Page, text: string) {
  return page.getByRole('log').getByText(text, { exact: true })
}
