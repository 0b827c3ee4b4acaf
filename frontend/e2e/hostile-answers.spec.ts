import { expect } from '@playwright/test'
import { askToTheEnd, composer, endedAnswer } from './user'
import { test } from './signed-in'

test.describe('a chat stays usable with an answer that is', () => {
  for (const [name, text, copies] of [
    ['dashes and blanks', '-  ', 40],
    ['thousands of marks of emphasis', '*_', 10_000],
    ['thousands of begun formulas', '\\(', 10_000],
    ['deep nesting', '> - ', 5_000],
  ] as const) {
    test(name, async ({ page }) => {
      await askToTheEnd(page, `[[text=${text}]] [[copies=${copies}]] Answer`)
      await page.reload()
      const answer = await endedAnswer(page)
      await answer.scrollIntoViewIfNeeded()
      await page.mouse.wheel(0, -500)
      await composer(page).fill('Still here')
      await expect(composer(page)).toHaveValue('Still here')
    })
  }
})
