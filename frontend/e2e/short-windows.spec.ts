/** Windows with little height: a phone on its side with its keyboard open, and a page at 400 % zoom. */
import { expect, type Locator } from '@playwright/test'
import { test } from './signed-in'
import { ask, askToTheEnd, composer, endedAnswer, lastAnswer } from './user'

const SIZES = [
  { width: 640, height: 200 },
  { width: 568, height: 180 },
  { width: 320, height: 180 },
]
const LINES = ['one', 'two', 'three', 'four', 'five', 'the line being typed'].join('\n')

/** The last line of the text is in the box, and the whole box is in the window. */
async function expectLastLineShown(box: Locator): Promise<void> {
  await expect(box).toBeInViewport({ ratio: 1 })
  await expect.poll(() => box.evaluate((element) => element.clientHeight)).toBeGreaterThanOrEqual(24)
  await expect
    .poll(() => box.evaluate((element) => element.scrollHeight - element.scrollTop - element.clientHeight))
    .toBeLessThanOrEqual(8)
}

for (const { width, height } of SIZES) {
  test(`at ${width} by ${height}, what is typed, the send button and the thread can be seen`, async ({
    page,
  }) => {
    await page.setViewportSize({ width, height })
    const send = page.getByRole('button', { name: 'Send', exact: true })
    await composer(page).click()
    await page.keyboard.insertText(LINES)
    await expectLastLineShown(composer(page))
    await expect(send).toBeInViewport({ ratio: 1 })
    await composer(page).fill('')

    await askToTheEnd(page, 'First question')
    await ask(page, 'Second question')
    await expect(page.getByRole('article', { name: 'AI' })).toHaveCount(2)
    await endedAnswer(page)
    await composer(page).click()
    await page.keyboard.insertText(LINES)
    await expectLastLineShown(composer(page))
    await expect(send).toBeInViewport({ ratio: 1 })
    const log = page.getByRole('log')
    await expect.poll(async () => (await log.boundingBox())?.height).toBeGreaterThanOrEqual(40)
    await log.focus()
    await page.keyboard.press('Home')
    await expect(page.getByText('First question', { exact: true })).toBeInViewport()
    await page.keyboard.press('End')
    await expect(lastAnswer(page)).toBeInViewport()
  })
}
