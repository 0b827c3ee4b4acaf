/** The image viewer by mouse and touch. The keyboard is in `attachments.spec.ts`. */
import { type CDPSession, expect, type Locator, type Page } from '@playwright/test'
import { chooseFiles, expectShown, imageFile } from './files'
import { askToTheEnd } from './user'
import { test } from './signed-in'

interface Point {
  x: number
  y: number
}

/** Shows two images of a message, with the first one in the viewer. */
async function openViewer(page: Page): Promise<Locator> {
  await chooseFiles(page, [imageFile('one.png', 300, 200), imageFile('two.png', 200, 300)])
  await askToTheEnd(page, 'Compare')
  const question = page.getByRole('article', { name: 'You' }).last()
  await expectShown(question.locator('img'), 2)
  await question.getByRole('button', { name: 'Open image “one.png”' }).click()
  const viewer = page.getByRole('dialog')
  await expect(viewer.getByText('1 of 2')).toBeVisible()
  await expectShown(viewer.getByRole('img', { name: 'one.png' }), 1)
  return viewer
}

const box = (viewer: Locator) =>
  viewer.getByRole('img').evaluate((image) => {
    const { x, y, width, height } = image.getBoundingClientRect()
    return { x, y, width, height }
  })

/** Where a point of the page is in the image, as parts of its width and height. */
async function within(viewer: Locator, { x, y }: Point): Promise<Point> {
  const at = await box(viewer)
  return { x: (x - at.x) / at.width, y: (y - at.y) / at.height }
}

test('the wheel zooms at the pointer, and a drag moves the image without changing to the next', async ({
  page,
}) => {
  const viewer = await openViewer(page)
  const whole = await box(viewer)
  const pointer = { x: whole.x + whole.width / 4, y: whole.y + whole.height / 4 }
  await page.mouse.move(pointer.x, pointer.y)
  const before = await within(viewer, pointer)
  await page.mouse.wheel(0, -300)
  await expect.poll(async () => (await box(viewer)).width).toBeGreaterThan(2 * whole.width)
  const after = await within(viewer, pointer)
  expect(after.x).toBeCloseTo(before.x, 1)
  expect(after.y).toBeCloseTo(before.y, 1)
  const { x } = await box(viewer)
  await page.mouse.down()
  await page.mouse.move(pointer.x - 150, pointer.y, { steps: 5 })
  await page.mouse.up()
  await expect.poll(async () => (await box(viewer)).x).toBeLessThan(x - 100)
  await expect(viewer.getByText('1 of 2')).toBeVisible()
  await page.mouse.wheel(0, 3000)
  await expect.poll(() => box(viewer)).toEqual(whole)
})

test('a double click zooms in and out', async ({ page }) => {
  const viewer = await openViewer(page)
  const { x, y, width, height } = await box(viewer)
  await page.mouse.dblclick(x + width / 2, y + height / 2)
  await expect(viewer.getByRole('button', { name: 'Zoom out' })).toBeEnabled()
  await page.mouse.dblclick(x + width / 2, y + height / 2)
  await expect(viewer.getByRole('button', { name: 'Zoom out' })).toBeDisabled()
})

test.describe('on a phone', () => {
  test.use({ viewport: { width: 390, height: 780 }, hasTouch: true, isMobile: true })

  /** Moves fingers over the screen, each from its first to its last point. */
  async function touch(devtools: CDPSession, paths: [Point, Point][]): Promise<void> {
    const steps = 6
    const points = (step: number) =>
      paths.map(([from, to], id) => ({
        id,
        x: from.x + ((to.x - from.x) * step) / steps,
        y: from.y + ((to.y - from.y) * step) / steps,
      }))
    await devtools.send('Input.dispatchTouchEvent', { type: 'touchStart', touchPoints: points(0) })
    for (let step = 1; step <= steps; step += 1) {
      await devtools.send('Input.dispatchTouchEvent', { type: 'touchMove', touchPoints: points(step) })
    }
    await devtools.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] })
  }

  test('a swipe changes the image, and a pinch zooms', async ({ page, context }) => {
    const viewer = await openViewer(page)
    const devtools = await context.newCDPSession(page)
    const [left, right, below] = [
      { x: 80, y: 400 },
      { x: 300, y: 410 },
      { x: 90, y: 650 },
    ]
    await touch(devtools, [[right, left]])
    await expect(viewer.getByText('2 of 2')).toBeVisible()
    // There are only two images, and a swipe down is not one to the side.
    await touch(devtools, [[right, left]])
    await touch(devtools, [[left, below]])
    await expect(viewer.getByText('2 of 2')).toBeVisible()
    await touch(devtools, [[left, right]])
    await expect(viewer.getByText('1 of 2')).toBeVisible()
    await expectShown(viewer.getByRole('img', { name: 'one.png' }), 1)

    const whole = await box(viewer)
    const middle = { x: 195, y: 400 }
    await touch(devtools, [
      [
        { x: middle.x - 30, y: middle.y },
        { x: middle.x - 120, y: middle.y },
      ],
      [
        { x: middle.x + 30, y: middle.y },
        { x: middle.x + 120, y: middle.y },
      ],
    ])
    await expect.poll(async () => (await box(viewer)).width).toBeGreaterThan(3 * whole.width)
    // One finger moves what is zoomed; the pinch was no swipe.
    const { x } = await box(viewer)
    await touch(devtools, [[right, left]])
    await expect.poll(async () => (await box(viewer)).x).toBeLessThan(x - 150)
    await expect(viewer.getByText('1 of 2')).toBeVisible()
  })
})
