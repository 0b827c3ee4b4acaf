import { expect } from '@playwright/test'
import { findViolations } from './axe'
import { ask, endedAnswer, startSignedIn } from './user'
import { test } from './test'

test('a conversation on paper has no axe violation, and no buttons', async ({ page }) => {
  await startSignedIn(page)
  await ask(page, '[[markdown]] Print this')
  await endedAnswer(page)
  await page.emulateMedia({ media: 'print', colorScheme: 'dark' })
  await expect(page.getByRole('article', { name: 'You' })).toBeVisible()
  await expect(page.getByRole('button')).toHaveCount(0)
  expect(await findViolations(page)).toEqual([])
})
