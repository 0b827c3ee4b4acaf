import { expect } from '@playwright/test'
import { ask, composer, endedAnswer, lastAnswer, startSignedIn } from './user'
import { test } from './test'

test.beforeEach(async ({ page }) => {
  await startSignedIn(page)
})

test.describe('a chat stays usable with an answer that is', () => {
  for (const [name, text] of [
    ['dashes and blanks', `-  ${'-  '.repeat(40)}!`],
    ['thousands of marks of emphasis', '*_'.repeat(10_000)],
    ['thousands of begun formulas', '\\('.repeat(10_000)],
    ['deep nesting', '> - '.repeat(5_000)],
  ] as const) {
    test(name, async ({ page }) => {
      await ask(page, `[[text=${text}]] Answer`)
      await endedAnswer(page)
      await page.reload()
      await expect(lastAnswer(page)).toContainText(text.trim().slice(0, 20))
      await lastAnswer(page).scrollIntoViewIfNeeded()
      await page.mouse.wheel(0, -500)
      await composer(page).fill('Still here')
      await expect(composer(page)).toHaveValue('Still here')
    })
  }
})
