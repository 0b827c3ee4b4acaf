import { expect, type Locator } from '@playwright/test'
import { converse } from './long-conversation'
import { accessToken, ask, composer, lastAnswer, signUp } from './person'
import { test } from './test'

/** With their answers a thousand messages. */
const COUNT = 500
const QUESTIONS = Array.from({ length: COUNT }, (_, index) => `[[tokens=5]] Question number ${index + 1}.`)

const questionIn = (log: Locator, number: number) => log.getByText(`Question number ${number}.`)

test('a conversation of a thousand messages: older messages come without a jump; a message is opened at, and there is a way back', async ({
  page,
}) => {
  test.setTimeout(240_000)
  await signUp(page)
  const id = await converse(page, QUESTIONS)
  await page.goto(`/c/${id}`)
  const log = page.getByRole('log')
  await expect(questionIn(log, COUNT)).toBeInViewport()
  await expect(questionIn(log, COUNT - 30)).toHaveCount(0)

  const oldest = questionIn(log, COUNT - 24)
  await oldest.scrollIntoViewIfNeeded()
  await expect(questionIn(log, COUNT - 30)).toHaveCount(1)
  await expect(oldest).toBeInViewport()

  await expect(async () => {
    await log.evaluate((element) => element.scrollTo({ top: 0 }))
    await expect(questionIn(log, 1)).toBeInViewport({ timeout: 500 })
  }).toPass({ timeout: 120_000, intervals: [50] })
  expect(await page.locator('[data-message-id]').count()).toBe(2 * COUNT)
  // Where no reader is, no buttons are.
  await expect.poll(() => log.locator('button').count()).toBeLessThan(COUNT)
  await ask(page, 'With all of them read')
  await expect(lastAnswer(page)).toContainText('Echo: With all of them read')
  await expect(page.getByRole('article', { name: 'You' }).last()).toBeInViewport()

  const around = await page.request.get(`/api/conversations/${id}/messages?page=1&page_size=20`, {
    headers: { Authorization: `Bearer ${await accessToken(page)}` },
  })
  const { messages } = (await around.json()) as { messages: { id: string; content: string }[] }
  const wanted = messages.find(({ content }) => content.endsWith('number 7.'))?.id ?? ''
  await page.goto(`/c/${id}?at=${wanted}`)
  await expect(questionIn(log, 7)).toBeInViewport()
  await expect(questionIn(log, COUNT)).toHaveCount(0)
  await questionIn(log, 25).scrollIntoViewIfNeeded()
  await expect(questionIn(log, 40)).toHaveCount(1)
  await page.getByRole('button', { name: 'To the newest' }).click()
  await expect(log.getByText('With all of them read', { exact: true })).toBeInViewport()

  await page.goto(`/c/${id}?at=${wanted}`)
  await expect(questionIn(log, 7)).toBeInViewport()
  await expect(composer(page)).toBeVisible()
  await ask(page, 'From the middle')
  await expect(lastAnswer(page)).toContainText('Echo: From the middle')
  await expect(questionIn(log, COUNT)).toHaveCount(1)
})
