import { expect, type Locator } from '@playwright/test'
import { converse } from './long-conversation'
import { accessToken, ask, composer, lastAnswer, signUp } from './person'
import { test } from './test'

const QUESTIONS = Array.from({ length: 70 }, (_, index) => `[[tokens=30]] Question number ${index + 1}.`)

const questionIn = (log: Locator, number: number) => log.getByText(`Question number ${number}.`)

test('a long conversation: older messages come without a jump; a message is opened at, and there is a way back', async ({
  page,
}) => {
  await signUp(page)
  const id = await converse(page, QUESTIONS)
  await page.goto(`/c/${id}`)
  const log = page.getByRole('log')
  await expect(questionIn(log, 70)).toBeInViewport()
  await expect(questionIn(log, 40)).toHaveCount(0)

  const oldest = questionIn(log, 46)
  await oldest.scrollIntoViewIfNeeded()
  await expect(questionIn(log, 40)).toHaveCount(1)
  await expect(oldest).toBeInViewport()

  const around = await page.request.get(`/api/conversations/${id}/messages?page=1&page_size=20`, {
    headers: { Authorization: `Bearer ${await accessToken(page)}` },
  })
  const { messages } = (await around.json()) as { messages: { id: string; content: string }[] }
  const wanted = messages.find(({ content }) => content.endsWith('number 7.'))?.id ?? ''
  await page.goto(`/c/${id}?at=${wanted}`)
  await expect(questionIn(log, 7)).toBeInViewport()
  await expect(questionIn(log, 70)).toHaveCount(0)
  await questionIn(log, 25).scrollIntoViewIfNeeded()
  await expect(questionIn(log, 40)).toHaveCount(1)
  await page.getByRole('button', { name: 'To the newest' }).click()
  await expect(questionIn(log, 70)).toBeInViewport()

  await page.goto(`/c/${id}?at=${wanted}`)
  await expect(questionIn(log, 7)).toBeInViewport()
  await expect(composer(page)).toBeVisible()
  await ask(page, 'From the middle')
  await expect(lastAnswer(page)).toContainText('Echo: From the middle')
  await expect(questionIn(log, 70)).toHaveCount(1)
})
