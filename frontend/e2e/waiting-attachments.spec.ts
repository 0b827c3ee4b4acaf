import { expect, type Page } from '@playwright/test'
import { holdRequests } from './connection'
import {
  chooseFiles,
  expectShown,
  giveFiles,
  imageFile,
  storedFileCount,
  storedNames,
  textFile,
} from './files'
import {
  ask,
  askToTheEnd,
  composer,
  endedAnswer,
  endSessionsElsewhere,
  lastAnswer,
  PASSWORD,
  signOut,
} from './user'
import { test } from './signed-in'
import { WITH_MOTION } from './test'

test.use(WITH_MOTION)

test('an image that waits for its upload is shown after a reload', async ({ page }) => {
  await page.route('**/api/attachments/', (route) => route.abort())
  await chooseFiles(page, [imageFile('waiting.png')])
  const shown = page.locator('form').getByRole('listitem').locator('img')
  await expectShown(shown, 1)
  await expect.poll(() => storedFileCount(page)).toBe(1)
  await page.reload()
  await expectShown(shown, 1)
  await ask(page, 'With an image')
  await expect(page.getByText('Will be sent once its files are uploaded')).toBeVisible()
  await page.reload()
  await expectShown(page.getByRole('button', { name: 'Open image “waiting.png”' }).locator('img'), 1)
})

test('signing out removes the files that wait', async ({ page }) => {
  await page.route('**/api/attachments/', (route) => route.abort())
  await chooseFiles(page, [imageFile('private.png')])
  await expect.poll(() => storedFileCount(page)).toBe(1)
  await signOut(page)
  await expect(page.getByRole('heading', { name: 'Welcome back' })).toBeVisible()
  await expect.poll(() => storedFileCount(page)).toBe(0)
  expect(await page.evaluate(() => JSON.stringify(localStorage))).not.toContain('private.png')
})

test('an upload and its message wait for the sign-in after an ended session', async ({
  page,
  request,
  account,
}) => {
  let isHeld = true
  await page.route('**/api/attachments/', (route) => (isHeld ? route.abort() : route.continue()))
  await chooseFiles(page, [imageFile('later.png')])
  await ask(page, 'Once I am back')
  await expect(page.getByText('Will be sent once its files are uploaded')).toBeVisible()
  await endSessionsElsewhere(request, account)
  isHeld = false
  const password = page
    .getByRole('dialog', { name: 'Your session has ended' })
    .getByLabel('Password', { exact: true })
  await password.fill(PASSWORD)
  await password.press('Enter')
  await expect(lastAnswer(page)).toContainText('Echo: Once I am back')
  await endedAnswer(page)
  expect(await storedNames(page)).toEqual([['later.png'], []])
})

test('an image has its size in the message before it is uploaded', async ({ page }) => {
  let isHeld = true
  await page.route('**/api/attachments/', (route) => (isHeld ? route.abort() : route.continue()))
  await chooseFiles(page, [imageFile('tall.png', 200, 500)])
  await expectShown(page.locator('form').getByRole('listitem').locator('img'), 1)
  await ask(page, 'With an image')
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

test('a refused file is uploaded again when its user wants that', async ({ page }) => {
  let isFull = true
  await page.route('**/api/attachments/', async (route) => {
    if (!isFull || route.request().method() !== 'POST') await route.continue()
    else await route.fulfill({ status: 507, json: { error: 'Your storage is full.', code: 'STORAGE_FULL' } })
  })
  await chooseFiles(page, [imageFile('again.png')])
  const chip = page.locator('form').getByRole('listitem', { name: 'again.png' })
  await expect(chip.getByText('Your storage is full.')).toBeVisible()
  await expect(chip.locator('img')).toHaveCount(0)
  isFull = false
  await chip.getByRole('button', { name: 'Upload “again.png” again' }).click()
  await expect(page.getByText('“again.png” has been uploaded')).toBeAttached()
  await expectShown(chip.locator('img'), 1)
  await composer(page).fill('With an image')
  await composer(page).press('Enter')
  await endedAnswer(page)
  await expectShown(page.getByRole('article', { name: 'You' }).locator('img'), 1)
})

test('nothing moves when the thumbnails of messages arrive', async ({ page }) => {
  for (const files of [
    [imageFile('tall.png', 200, 500)],
    [imageFile('a.png'), imageFile('b.png'), imageFile('c.png')],
  ]) {
    await chooseFiles(page, files)
    await askToTheEnd(page, `With ${files.length}`)
  }
  const release = await holdRequests(page, '**/thumbnail?*')
  await page.reload()
  const images = page.getByRole('log').getByRole('article', { name: 'You' }).locator('img')
  await expect(images).toHaveCount(4)
  await expect(composer(page)).toBeEnabled()
  const places = () =>
    page
      .getByRole('log')
      .getByRole('article')
      .evaluateAll((all) => all.map((one) => JSON.stringify(one.getBoundingClientRect())))
  let before = await places()
  // The page may still settle after the messages have arrived.
  await expect
    .poll(async () => {
      const earlier = before
      before = await places()
      return before.join() === earlier.join()
    })
    .toBe(true)
  const shift = await sumShifts(page)
  release()
  await expectShown(images, 4)
  await expect(images.first()).toHaveCSS('opacity', '1')
  expect(await places()).toEqual(before)
  expect(await shift()).toBe(0)
})

for (const width of [1280, 390]) {
  test(`files that are added to a new chat hardly move it (${width} pixels wide)`, async ({ page }) => {
    await page.setViewportSize({ width, height: 800 })
    const place = async () => (await page.getByRole('button', { name: 'Send' }).boundingBox())?.y
    await expect(page.getByRole('button', { name: /^Model: / })).toBeVisible()
    const before = await place()
    const shift = await sumShifts(page)
    await giveFiles(page.locator('main'), 'drop', [imageFile('a.png'), textFile('b.txt', 'Tea')])
    await expect(page.getByText('“b.txt” has been uploaded')).toBeAttached()
    await expectShown(page.locator('form').getByRole('listitem').locator('img'), 1)
    expect(await place()).toBe(before)
    expect(await shift()).toBeLessThan(0.02)
  })
}

test('files that are added to a chat hardly move it on a phone', async ({ page }) => {
  await page.setViewportSize({ width: 390, height: 800 })
  await askToTheEnd(page, 'First')
  const shift = await sumShifts(page)
  const files = [imageFile('a.png'), imageFile('b.png'), textFile('c.txt', 'Tea')]
  await giveFiles(page.locator('main'), 'drop', files)
  await expect(page.getByText('“c.txt” has been uploaded')).toBeAttached()
  await expectShown(page.locator('form').getByRole('listitem').locator('img'), 2)
  expect(await shift()).toBeLessThan(0.05)
})

/** Returns a function that returns the sum of the layout shifts since now. */
async function sumShifts(page: Page): Promise<() => Promise<number>> {
  await page.evaluate(() => {
    const shifts = new PerformanceObserver((list) => {
      for (const shift of list.getEntries() as (PerformanceEntry & { value: number })[]) {
        const { dataset } = document.documentElement
        dataset['shifts'] = String(Number(dataset['shifts'] ?? 0) + shift.value)
      }
    })
    shifts.observe({ type: 'layout-shift' })
  })
  return () => page.evaluate(() => Number(document.documentElement.dataset['shifts'] ?? 0))
}
