import { expect } from '@playwright/test'
import { chooseFiles, expectShown, keptFiles, picture } from './files'
import { ask, endedAnswer, startSignedIn } from './user'
import { test } from './test'

test('a picture that waits for its upload is shown after a reload', async ({ page }) => {
  await startSignedIn(page)
  await page.route('**/api/attachments/', (route) => route.abort())
  await chooseFiles(page, [picture('waiting.png')], 'Add images or files')
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

test('a picture has its size in the message before it is uploaded', async ({ page }) => {
  await startSignedIn(page)
  let isHeld = true
  await page.route('**/api/attachments/', (route) => (isHeld ? route.abort() : route.continue()))
  await chooseFiles(page, [picture('tall.png', 200, 500)], 'Add images or files')
  await expectShown(page.locator('form').getByRole('listitem').locator('img'), 1)
  await ask(page, 'With a picture')
  const tile = page.getByRole('button', { name: 'Open image “tall.png”' })
  await expect(page.getByText('Will be sent once its files are uploaded')).toBeVisible()
  const size = async () => {
    const box = await tile.boundingBox()
    return box && [box.width, box.height].map(Math.round)
  }
  const before = await size()
  isHeld = false
  await endedAnswer(page)
  expect(before).toEqual([128, 320])
  expect(await size()).toEqual(before)
})
