/** Chats on paper. */
import { expect } from '@playwright/test'
import { findViolations } from './axe'
import { createConversation } from './long-conversation'
import { test } from './signed-in'
import { askToTheEnd, composer } from './user'

const QUESTIONS = Array.from(
  { length: 20 },
  (_, index) => `Question ${index + 1}: ${'a long one '.repeat(40)}`,
)

test('a conversation prints whole and without the controls around it', async ({ page }) => {
  const id = await createConversation(page, QUESTIONS)
  await page.goto(`/c/${id}`)
  const articles = page.getByRole('article')
  await expect(articles.last()).toContainText('Echo: Question 20')
  await expect(articles).toHaveCount(2 * QUESTIONS.length)

  await page.emulateMedia({ media: 'print' })
  await page.evaluate(() => void dispatchEvent(new Event('beforeprint')))
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
  for (const control of [composer(page), page.getByRole('navigation'), page.getByRole('button')]) {
    await expect(control.filter({ visible: true })).toHaveCount(0)
  }
  // Nothing is cut off by a part of the page that would have to be scrolled.
  const hidden = await page.evaluate(() =>
    [...document.querySelectorAll<HTMLElement>('main, main *')]
      .filter((element) => element.scrollHeight > element.clientHeight + 1)
      .filter((element) => !['visible', 'clip'].includes(getComputedStyle(element).overflowY))
      .map((element) => element.className),
  )
  expect(hidden).toEqual([])
  await page.evaluate(() => void dispatchEvent(new Event('afterprint')))
  await page.emulateMedia({ media: null })

  const paper = (await page.pdf({ format: 'A4' })).toString('latin1')
  expect(paper.match(/\/Type\s*\/Page\b/g)?.length).toBeGreaterThan(3)
})

test('a conversation on paper has no axe violation, and no buttons', async ({ page }) => {
  await askToTheEnd(page, '[[markdown]] Print this')
  await page.emulateMedia({ media: 'print', colorScheme: 'dark' })
  await expect(page.getByRole('article', { name: 'You' })).toBeVisible()
  await expect(page.getByRole('button')).toHaveCount(0)
  expect(await findViolations(page)).toEqual([])
})

test('paper is light, shows the addresses of links, and breaks no row or short code', async ({ page }) => {
  const text = 'See [the docs](https://example.com/docs).\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n```js\nx\n```'
  const answer = await askToTheEnd(page, `[[text=${text}]] Print this`)
  await page.emulateMedia({ media: 'print', colorScheme: 'dark' })
  const link = answer.getByRole('link', { name: 'the docs' })
  expect(await link.evaluate((element) => getComputedStyle(element, '::after').content)).toContain(
    'https://example.com/docs',
  )
  for (const place of [answer.getByRole('row').last(), answer.getByRole('figure')]) {
    expect(await place.evaluate((element) => getComputedStyle(element).breakInside)).toBe('avoid')
  }
  const shot = await page.screenshot()
  const light = await page.evaluate(async (base64) => {
    const image = new Image()
    image.src = `data:image/png;base64,${base64}`
    await image.decode()
    const canvas = document.createElement('canvas')
    canvas.width = image.width
    canvas.height = image.height
    const context = canvas.getContext('2d')
    context?.drawImage(image, 0, 0)
    const pixels = context?.getImageData(0, 0, image.width, image.height).data ?? new Uint8ClampedArray()
    return pixels.filter((value, index) => index % 4 === 0 && value > 200).length / (pixels.length / 4)
  }, shot.toString('base64'))
  expect(light).toBeGreaterThan(0.9)
})
