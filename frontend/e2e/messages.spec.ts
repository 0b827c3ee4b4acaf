import { expect, type Page } from '@playwright/test'
import { ask, askToTheEnd, composer, lastAnswer, storedMessages } from './user'
import { test } from './signed-in'

const questions = (page: Page) => page.getByRole('article', { name: 'You' })

test('the menu of an answer shows its model and tokens, copies plain text, and deletes', async ({
  page,
  context,
}) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write'])
  await askToTheEnd(page, '[[text=Some **bold** and `code`.]] First')
  await askToTheEnd(page, 'Second')
  const answer = page.getByRole('article', { name: 'AI' }).first()
  await answer.hover()
  await answer.getByRole('button', { name: 'More' }).click()
  await expect(page.getByRole('menu')).toContainText('fake-model')
  await expect(page.getByRole('menu')).toContainText('Output tokens')
  await page.getByRole('menuitem', { name: 'Copy as plain text' }).click()
  await expect.poll(() => page.evaluate(() => navigator.clipboard.readText())).toBe('Some bold and code.')
  await questions(page).last().hover()
  await questions(page).last().getByRole('button', { name: 'More' }).click()
  await page.getByRole('menuitem', { name: 'Delete' }).click()
  await page.getByRole('menuitem', { name: 'Delete this message and everything after it?' }).click()
  await expect(questions(page)).toHaveCount(1)
  await expect.poll(async () => (await storedMessages(page)).length).toBe(2)
})

test('ArrowUp in an empty composer edits the last question, and Escape cancels', async ({ page }) => {
  await askToTheEnd(page, 'The firts question')
  await composer(page).press('ArrowUp')
  const editor = page.getByRole('textbox', { name: 'Edit message' })
  await expect(editor).toBeFocused()
  await editor.press('Escape')
  await expect(composer(page)).toBeFocused()
  await composer(page).press('ArrowUp')
  await editor.fill('The first question')
  await editor.press('Enter')
  await expect(lastAnswer(page)).toContainText('Echo: The first question')
})

test('the Enter that ends a composition never sends, in either order of the browser’s events', async ({
  page,
}) => {
  const devtools = await page.context().newCDPSession(page)
  const takenEnter = { key: 'Enter', code: 'Enter', windowsVirtualKeyCode: 229 }
  await composer(page).focus()
  await devtools.send('Input.imeSetComposition', { text: 'ㄋㄧˇ', selectionStart: 3, selectionEnd: 3 })
  await expect(composer(page)).toHaveValue('ㄋㄧˇ')
  // Most browsers report the key during the composition.
  await devtools.send('Input.dispatchKeyEvent', { type: 'rawKeyDown', ...takenEnter })
  await devtools.send('Input.insertText', { text: '你' })
  // Safari reports the key after the composition has ended.
  await devtools.send('Input.dispatchKeyEvent', { type: 'rawKeyDown', ...takenEnter })
  await expect(composer(page)).toHaveValue('你')
  await expect(page).toHaveURL(/\/$/)
  await composer(page).press('Enter')
  await expect(lastAnswer(page)).toContainText('Echo: 你')
})

test('formulas are typeset, and prices are not', async ({ page }) => {
  const answer = await askToTheEnd(page, '[[text=The area $\\pi r^2$ costs $5 to $10.]] Area')
  await expect(answer.locator('math')).toHaveCount(1)
  await expect(answer).toContainText('costs $5 to $10.')
  await page.evaluate(() => document.fonts.ready)
})

test('the way to the newest message is offered only while its text is below the view', async ({ page }) => {
  const toNewest = page.getByRole('button', { name: 'Jump to newest' })
  await askToTheEnd(page, 'First')
  await askToTheEnd(page, 'Second')
  await expect(questions(page)).toHaveCount(2)
  await expect(questions(page).first()).not.toBeInViewport()
  await page.getByRole('log').hover()
  await page.mouse.wheel(0, -150)
  await expect(questions(page).first()).toBeInViewport()
  await expect(lastAnswer(page)).toBeInViewport()
  await expect(toNewest).toBeHidden()
  await ask(page, '[[tokens=2000]] Long')
  await expect(toNewest).toBeVisible()
})

for (const width of [1280, 390]) {
  test(`a notice covers neither the composer nor the header of the page (${width} pixels wide)`, async ({
    page,
  }) => {
    await page.setViewportSize({ width, height: 800 })
    await askToTheEnd(page, 'Rivers')
    await page.getByRole('button', { name: 'Chat settings' }).click()
    await page.getByRole('button', { name: 'Save' }).click()
    const notice = await page.getByText('Settings saved', { exact: true }).last().boundingBox()
    const header = await page.getByRole('button', { name: 'Chat settings' }).boundingBox()
    const box = await composer(page).boundingBox()
    if (!notice || !header || !box) throw new Error('one of them is not shown')
    expect(notice.y).toBeGreaterThan(header.y + header.height)
    expect(notice.y + notice.height).toBeLessThan(box.y)
  })
}
