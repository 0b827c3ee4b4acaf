import { expect, type Page } from '@playwright/test'
import { findViolations } from './axe'
import {
  chooseFiles,
  expectShown,
  giveFiles,
  storedFileCount,
  imageFile,
  pasteText,
  storedNames,
  type TestFile,
  textFile,
} from './files'
import { ask, askToTheEnd, composer, endedAnswer, lastAnswer, storedTexts, untilCached } from './user'
import { test } from './signed-in'

const UPLOADS = '**/api/attachments/'
const chips = (page: Page) => page.locator('form').getByRole('listitem')
const question = (page: Page) => page.getByRole('article', { name: 'You' }).last()

test('dropped files are sent, shown, viewed with the keyboard, and pass axe', async ({ page }) => {
  const files = [
    imageFile('one.png'),
    imageFile('two.png', 30, 60, [200, 60, 60]),
    textFile('notes.md', '# Tea'),
  ]
  await giveFiles(page.locator('main'), 'dragover', files)
  await expect(page.getByText('Drop to add these files')).toBeVisible()
  await giveFiles(page.locator('main'), 'drop', files)
  await expect(page.getByText('Drop to add these files')).toBeHidden()
  await expect(chips(page)).toHaveCount(3)
  await page.getByRole('button', { name: 'Edit the description of “one.png”' }).click()
  await page.getByRole('textbox', { name: 'Image description' }).fill('A blue corner')
  await page.getByRole('button', { name: 'Save' }).click()
  await expect(page.getByText('“notes.md” has been uploaded')).toBeAttached()
  expect(await findViolations(page)).toEqual([])
  await composer(page).press('Enter')
  await endedAnswer(page)
  await expectShown(question(page).locator('img'), 2)
  expect(await storedNames(page)).toEqual([['one.png', 'two.png', 'notes.md'], []])
  expect(await findViolations(page)).toEqual([])

  await page.reload()
  await expectShown(question(page).locator('img'), 2)
  await question(page).getByRole('button', { name: 'Open image “one.png”: A blue corner' }).click()
  const viewer = page.getByRole('dialog')
  await expect(viewer.getByRole('img', { name: 'A blue corner' })).toBeVisible()
  await expect(viewer.getByText('1 of 2')).toBeVisible()
  expect(await findViolations(page)).toEqual([])
  await page.keyboard.press('+')
  await expect(viewer.getByRole('button', { name: 'Zoom out' })).toBeEnabled()
  const left = () => viewer.getByRole('img').evaluate((image) => image.getBoundingClientRect().left)
  const atFirst = await left()
  await page.keyboard.press('Shift+ArrowRight')
  await expect.poll(left).toBeLessThan(atFirst)
  // As far as the edge of the frame, not out of it.
  for (let step = 0; step < 40; step += 1) await page.keyboard.press('Shift+ArrowRight')
  const { width } = page.viewportSize() ?? { width: 0 }
  expect(await left()).toBeGreaterThan(-width)
  await page.keyboard.press('-')
  await expect(viewer.getByRole('button', { name: 'Zoom out' })).toBeDisabled()
  await page.keyboard.press('ArrowRight')
  await expect(viewer.getByRole('img', { name: 'two.png' })).toBeVisible()
  await page.keyboard.press('Escape')
  await expect(viewer).toBeHidden()

  await question(page).getByRole('button', { name: 'notes.md' }).click()
  await expect(page.getByRole('dialog').getByText('# Tea')).toBeVisible()
  expect(await findViolations(page)).toEqual([])
})

test('pasted images become attachments, and a long text on request', async ({ page }) => {
  // Only once the server has said that it takes files.
  await expect(page.getByRole('button', { name: 'Add images or files' })).toBeEnabled()
  await giveFiles(composer(page), 'paste', [imageFile('image.png')])
  await expect(chips(page)).toHaveCount(1)
  await composer(page).fill('Sum this up: ')
  await composer(page).focus()
  const long = 'Tea is picked in spring.\n'.repeat(200)
  await pasteText(page, composer(page), long)
  await expect(page.getByText('You pasted 5,000 characters.')).toBeVisible()
  await page.keyboard.press('Control+U')
  await expect(chips(page)).toHaveCount(2)
  await expect(composer(page)).toHaveValue('Sum this up: ')
  await composer(page).press('Enter')
  await endedAnswer(page)
  expect(await storedNames(page)).toEqual([['image.png', 'pasted-text.txt'], []])
})

test.describe('with a service worker', () => {
  test.use({ serviceWorkers: 'allow' })

  test('a message sent offline waits with its files, and is sent once after a reload', async ({
    page,
    context,
  }) => {
    await askToTheEnd(page, 'First')
    const place = page.url()
    await untilCached(page)
    await context.setOffline(true)
    await chooseFiles(page, [imageFile('offline.png'), textFile('offline.txt', 'Kept')])
    await ask(page, 'Look at these')
    await expect(page.getByText('Will be sent once its files are uploaded')).toBeVisible()
    await page.reload()
    await context.setOffline(false)
    await expect(lastAnswer(page)).toContainText('Look at these')
    await endedAnswer(page)
    expect(page.url()).toBe(place)
    expect((await storedNames(page)).slice(2)).toEqual([['offline.png', 'offline.txt'], []])
    await expect.poll(() => storedFileCount(page)).toBe(0)
  })
})

test('a reload in the middle of an upload continues it, and keeps the order of messages', async ({
  page,
}) => {
  let isHeld = true
  await page.route(UPLOADS, async (route) => {
    // Never answered: the reload ends it.
    if (!isHeld || route.request().method() !== 'POST') await route.continue()
  })
  await chooseFiles(page, [imageFile('slow.png')])
  await expect(chips(page)).toHaveCount(1)
  await ask(page, 'With an image')
  await expect(page.getByText('Will be sent once its files are uploaded')).toBeVisible()
  await ask(page, 'And then?')
  await expect(page.getByText('And then?', { exact: true })).toBeVisible()
  await expect(composer(page)).toHaveValue('')
  await expect.poll(() => storedFileCount(page)).toBe(1)
  isHeld = false
  await page.reload()
  await expect(lastAnswer(page)).toContainText('Echo: And then?')
  await endedAnswer(page)
  expect(await storedTexts(page)).toEqual([
    'With an image',
    'Echo: With an image',
    'And then?',
    'Echo: And then?',
  ])
  expect((await storedNames(page))[0]).toEqual(['slow.png'])
  await expectShown(page.getByRole('article', { name: 'You' }).first().locator('img'), 1)
})

test('a refused file says why, keeps its message, and blocks no other', async ({ page }) => {
  const broken: TestFile = { ...imageFile('broken.png'), buffer: imageFile('x').buffer.subarray(0, 60) }
  await chooseFiles(page, [broken])
  await expect(chips(page).getByText('This file cannot be read.')).toBeVisible()
  expect(await findViolations(page)).toEqual([])
  await ask(page, 'What is this?')
  // Until then, the text box belongs to the new chat.
  await expect(page.getByRole('log')).toContainText('What is this?')
  await ask(page, 'Never mind')
  await expect(lastAnswer(page)).toContainText('Echo: Never mind')
  await endedAnswer(page)
  await expect(page.getByRole('alert')).toContainText('Not sent. “broken.png”: This file cannot be read.')
  await page.getByRole('button', { name: 'Edit before sending' }).click()
  await page.getByRole('button', { name: 'Remove “broken.png”' }).click()
  await page.getByRole('textbox', { name: 'Edit message' }).press('Enter')
  await expect(lastAnswer(page)).toContainText('Echo: What is this?')
})

test('an edit keeps, removes and adds attachments', async ({ page }) => {
  await chooseFiles(page, [imageFile('a.png'), imageFile('b.png')])
  await askToTheEnd(page, 'Compare')
  await question(page).hover()
  await question(page).getByRole('button', { name: 'Edit', exact: true }).click()
  const editor = page.getByRole('textbox', { name: 'Edit message' })
  await expect(chips(page)).toHaveCount(2)
  await page.getByRole('button', { name: 'Remove “a.png”' }).click()
  await chooseFiles(page, [textFile('c.txt', 'See')])
  await expect(chips(page)).toHaveCount(2)
  await editor.press('Enter')
  await expect(question(page).getByRole('button', { name: 'c.txt' })).toBeVisible()
  await endedAnswer(page)
  expect(await storedNames(page)).toEqual([['b.png', 'c.txt'], []])
})

test('an expired URL is replaced before anything broken is seen', async ({ page }) => {
  await chooseFiles(page, [imageFile('old.png')])
  await askToTheEnd(page, 'Keep this')
  let refusals = 0
  await page.route('**/thumbnail?*', async (route) => {
    refusals += 1
    if (refusals === 1) await route.fulfill({ status: 404, json: { error: 'Gone.', code: 'NOT_FOUND' } })
    else await route.continue()
  })
  await page.reload()
  await expectShown(question(page).locator('img'), 1)
  expect(refusals).toBeGreaterThan(1)
})

test('a model that does not see images says so before, with a button to a model that does', async ({
  page,
}) => {
  await page.route('**/api/models', async (route) => {
    const response = await route.fetch()
    const list = (await response.json()) as { models: { id: string; name: string; vision: boolean | null }[] }
    const [model] = list.models
    const seeing = { ...model, id: 'seeing', name: 'Seeing model', vision: true }
    const models = [{ ...model, name: 'Blind model', vision: false }, seeing]
    await route.fulfill({ response, json: { ...list, models } })
  })
  await page.reload()
  await chooseFiles(page, [imageFile('seen.png')])
  await expect(page.getByText('Blind model cannot see images.')).toBeVisible()
  await expect(page.getByRole('button', { name: 'Send' })).toBeDisabled()
  await page.getByRole('button', { name: 'Switch to Seeing model' }).click()
  await expect(page.getByText('cannot see images')).toBeHidden()
  await expect(page.getByRole('button', { name: 'Send' })).toBeEnabled()
})

test('the settings show what files take, and why one cannot be deleted', async ({ page }) => {
  await chooseFiles(page, [imageFile('used.png')])
  await askToTheEnd(page, 'Keep this')
  await chooseFiles(page, [textFile('unused.txt', 'Unused')])
  await expect(page.getByText('“unused.txt” has been uploaded')).toBeAttached()
  await page.goto('/?settings=data')
  const storage = page.getByRole('region', { name: 'Storage' })
  await expect(storage.getByText(/ of .* used/)).toBeVisible()
  const confirmDelete = async (name: string) => {
    await storage.getByRole('button', { name: `Delete “${name}”`, exact: true }).click()
    await storage.getByRole('button', { name: `Are you sure? Delete “${name}”` }).click()
  }
  await confirmDelete('used.png')
  await expect(storage.getByRole('alert')).toContainText('A message uses “used.png”.')
  await confirmDelete('unused.txt')
  await expect(storage.getByText('unused.txt')).toBeHidden()
  expect(await findViolations(page)).toEqual([])
})

test.describe('on a phone', () => {
  test.use({ viewport: { width: 390, height: 780 }, hasTouch: true, isMobile: true })

  test('images come from the camera or the gallery, and nothing is wider than the screen', async ({
    page,
  }) => {
    const chooser = page.waitForEvent('filechooser')
    await page.getByRole('button', { name: 'Add images or files' }).tap()
    const input = (await chooser).element()
    expect(await input.getAttribute('accept')).toContain('image/*')
    const long = `${'a-very-long-name-'.repeat(8)}.png`
    await (
      await chooser
    ).setFiles([imageFile(long, 300, 500), imageFile('second.png'), textFile('third.txt', 'x')])
    await expect(chips(page)).toHaveCount(3)
    const overflow = () => page.evaluate(() => document.documentElement.scrollWidth - innerWidth)
    expect(await overflow()).toBeLessThanOrEqual(0)
    await askToTheEnd(page, 'From a phone')
    await expectShown(question(page).locator('img'), 2)
    expect(await overflow()).toBeLessThanOrEqual(0)
    expect(await findViolations(page)).toEqual([])
    await question(page).getByRole('button', { name: 'Open image “second.png”' }).tap()
    const viewer = page.getByRole('dialog')
    await expect(viewer.getByText('2 of 2')).toBeVisible()
    await page.mouse.move(100, 400)
    await page.mouse.down()
    await page.mouse.move(300, 405, { steps: 5 })
    await page.mouse.up()
    await expect(viewer.getByText('1 of 2')).toBeVisible()
  })
})
