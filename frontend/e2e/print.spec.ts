import { expect } from '@playwright/test'
import { createConversation } from './long-conversation'
import { test } from './test'
import { composer, startSignedIn } from './user'

const QUESTIONS = Array.from(
  { length: 20 },
  (_, index) => `Question ${index + 1}: ${'a long one '.repeat(40)}`,
)

test('a conversation prints whole and without the controls around it', async ({ page }) => {
  await startSignedIn(page)
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
