import { expect } from '@playwright/test'
import { chooseFiles, expectShown, keptFiles, picture } from './files'
import { ask, startSignedIn } from './user'
import { test } from './test'

test('a picture that waits for its upload is shown after a reload', async ({ page }) => {
  await startSignedIn(page)
  await page.route('**/api/attachments/', (route) => route.abort())
  await chooseFiles(page, [picture('waiting.png')], 'Add pictures or files')
  const shown = page.locator('form').getByRole('listitem').locator('img')
  await expectShown(shown, 1)
  await expect.poll(() => keptFiles(page)).toBe(1)
  await page.reload()
  await expectShown(shown, 1)
  await ask(page, 'With a picture')
  await expect(page.getByText('Will be sent once its files are uploaded')).toBeVisible()
  await page.reload()
  await expectShown(page.getByRole('button', { name: 'Open image “waiting.png”' }).locator('img'), 1)
})
