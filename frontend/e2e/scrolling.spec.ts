import { expect, type Locator, type Route } from '@playwright/test'
import { createConversation } from './long-conversation'
import { authorization, ask, composer, lastAnswer } from './user'
import { test } from './signed-in'
import { WITH_MOTION } from './test'

test.use(WITH_MOTION)

/** Together with their answers, these are a thousand messages. */
const COUNT = 500
const QUESTIONS = Array.from({ length: COUNT }, (_, index) => `[[tokens=5]] Question number ${index + 1}.`)

const questionIn = (log: Locator, number: number) => log.getByText(`Question number ${number}.`)

test('a conversation of a thousand messages loads older ones without a jump, opens at a message, and leads back to the end', async ({
  page,
}) => {
  test.setTimeout(480_000)
  const id = await createConversation(page, QUESTIONS)
  await page.goto(`/c/${id}`)
  const log = page.getByRole('log')
  await expect(questionIn(log, COUNT)).toBeInViewport()
  await expect(questionIn(log, COUNT - 30)).toHaveCount(0)

  const oldest = questionIn(log, COUNT - 24)
  await bringToView(oldest)
  await expect(questionIn(log, COUNT - 30)).toHaveCount(1)
  await expect(oldest).toBeInViewport()

  await expect(async () => {
    await log.evaluate((element) => element.scrollTo({ top: 0 }))
    await expect(questionIn(log, 1)).toBeInViewport({ timeout: 500 })
  }).toPass({ intervals: [50] })
  await expect(log.locator('article')).toHaveCount(2 * COUNT)
  // Messages far from the view have only their text.
  await expect.poll(() => log.locator('button').count()).toBeLessThan(COUNT / 2)
  await expect(questionIn(log, COUNT / 2)).toHaveCount(1)
  await ask(page, 'With all of them read')
  await expect(lastAnswer(page)).toContainText('Echo: With all of them read')
  await expect(page.getByRole('article', { name: 'You' }).last()).toBeInViewport()

  const around = await page.request.get(`/api/conversations/${id}/messages?page=1&page_size=20`, {
    headers: await authorization(page),
  })
  const { messages } = (await around.json()) as { messages: { id: string; content: string }[] }
  const wanted = messages.find(({ content }) => content.endsWith('number 7.'))?.id ?? ''
  await page.goto(`/c/${id}?at=${wanted}`)
  await expect(questionIn(log, 7)).toBeInViewport()
  await expect(questionIn(log, COUNT)).toHaveCount(0)
  await bringToView(questionIn(log, 25))
  await expect(questionIn(log, 40)).toHaveCount(1)
  await page.getByRole('button', { name: 'Jump to newest' }).click()
  await expect(log.getByText('With all of them read', { exact: true })).toBeInViewport()

  await page.goto(`/c/${id}?at=${wanted}`)
  await expect(questionIn(log, 7)).toBeInViewport()
  await expect(composer(page)).toBeVisible()
  await ask(page, 'From the middle')
  await expect(lastAnswer(page)).toContainText('Echo: From the middle')
  await expect(questionIn(log, COUNT)).toHaveCount(1)
})

test('messages keep their places when the Markdown renderer replaces their plain text', async ({ page }) => {
  const id = await createConversation(page, QUESTIONS.slice(0, 8))
  const held: Route[] = []
  await page.route(/\/assets\/markdown-[\w-]{8}\.js$/, (route) => void held.push(route))
  // The load event would never come, because it waits for the script that is held back.
  await page.goto(`/c/${id}`, { waitUntil: 'commit' })
  const log = page.getByRole('log')
  await expect(questionIn(log, 8)).toBeVisible()
  // Relative to the first message: all of them move when a notice below the view disappears.
  const places = () =>
    log.locator('article').evaluateAll((all) => {
      const tops = all.map((one) => one.getBoundingClientRect().top)
      return tops.map((top) => top - (tops[0] ?? NaN))
    })
  await expect(lastAnswer(page).getByText('w5')).toBeInViewport()
  expect(await log.getByRole('paragraph').count()).toBe(0)
  const before = await places()
  for (const route of held) await route.continue()
  await expect(log.getByRole('paragraph')).toHaveCount(8)
  await expect.poll(places).toEqual(before)
})

test('messages far from the view return unchanged, and the visible ones do not move', async ({ page }) => {
  const questions = QUESTIONS.slice(0, 60).map((question) => question.replace('tokens=5', 'markdown'))
  const id = await createConversation(page, questions)
  await page.goto(`/c/${id}`)
  const log = page.getByRole('log')
  const figures = log.getByRole('figure')
  await expect(questionIn(log, 60)).toBeVisible()
  await expect(figures).not.toHaveCount(0)
  await expect(async () => {
    await scrollTo(log, 0)
    await expect(questionIn(log, 1)).toBeInViewport({ timeout: 500 })
  }).toPass()
  await allDrawn(log)
  await expect.poll(() => figures.count()).toBeLessThan(30)
  const height = await log.evaluate((element) => element.scrollHeight)

  for (const part of [0.5, 1, 0.25]) {
    await scrollTo(log, part)
    await allDrawn(log)
    await expect(figures.filter({ visible: true })).not.toHaveCount(0)
    expect(await log.evaluate((element) => element.scrollHeight)).toBe(height)
  }

  // A changed code block stays changed, however far the user scrolls away.
  await log.getByRole('button', { name: 'Wrap lines' }).first().click()
  await composer(page).focus()
  const wrapped = log.getByRole('button', { name: 'Do not wrap lines' })
  for (const part of [1, 0.25]) {
    await scrollTo(log, part)
    await allDrawn(log)
    await expect(wrapped).toHaveCount(1)
  }

  // A search hit is rendered completely and marked for a moment, however far away it was.
  await scrollTo(log, 1)
  await allDrawn(log)
  await page.keyboard.press('ControlOrMeta+K')
  await expect(page.getByRole('combobox')).toBeFocused()
  await page.keyboard.type('number 10.')
  await page.getByRole('option').filter({ hasText: 'number 10.' }).first().click()
  const found = log.getByRole('article', { name: 'You' }).filter({ hasText: 'number 10.' })
  await expect(found).toHaveAttribute('aria-current', 'true')
  await expect(found.getByRole('button', { name: 'Edit' })).toBeAttached()
  await expect(found).toBeInViewport()

  // With reduced motion, the view jumps to the end.
  await page.emulateMedia({ reducedMotion: 'reduce' })
  await page.getByRole('button', { name: 'Jump to newest' }).evaluate((button: HTMLElement) => button.click())
  await expect.poll(() => distanceToEnd(log)).toBeLessThan(2)

  // In a narrower window, messages far from the view have other heights, and they return above the visible ones.
  await scrollTo(log, 1)
  await allDrawn(log)
  await page.setViewportSize({ width: 480, height: 720 })
  for (let step = 0; step < 12; step += 1) {
    const { read, top } = await log.evaluate((element) => {
      element.scrollBy({ top: -900, behavior: 'instant' })
      const { top } = element.getBoundingClientRect()
      const messages = [...element.querySelectorAll('article')]
      const read = messages.findIndex((one) => one.getBoundingClientRect().bottom > top + 100)
      return { read, top: messages[read]?.getBoundingClientRect().top ?? NaN }
    })
    await allDrawn(log)
    const after = await log
      .locator('article')
      .nth(read)
      .evaluate((one) => one.getBoundingClientRect().top)
    expect(Math.abs(after - top)).toBeLessThan(2)
  }
  expect(await log.evaluate((element) => element.scrollHeight)).not.toBe(height)
})

/** Scrolls a message into view. It is retried because a message far from the view is a new element when it is near. */
async function bringToView(message: Locator): Promise<void> {
  await expect(async () => {
    await message.evaluate((element) => element.scrollIntoView())
    await expect(message).toBeInViewport({ timeout: 500 })
  }).toPass()
}

const distanceToEnd = (log: Locator) =>
  log.evaluate((element) => element.scrollHeight - element.scrollTop - element.clientHeight)

/** Scrolls to this part of the height: 0 is the start, 1 the end. */
async function scrollTo(log: Locator, part: number): Promise<void> {
  await log.evaluate(
    (element, part) => element.scrollTo({ top: element.scrollHeight * part, behavior: 'instant' }),
    part,
  )
}

/** Waits until every message within five views is rendered completely, with its buttons. */
async function allDrawn(log: Locator): Promise<void> {
  await expect
    .poll(() =>
      log.evaluate((element) => {
        const { top, bottom, height } = element.getBoundingClientRect()
        return [...element.querySelectorAll('article:not(:has(button))')].filter((message) => {
          const place = message.getBoundingClientRect()
          return place.bottom > top - 5 * height && place.top < bottom + 5 * height
        }).length
      }),
    )
    .toBe(0)
}
