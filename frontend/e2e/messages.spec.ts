import { expect, type Page } from '@playwright/test'
import { ask, composer, endedAnswer, lastAnswer, signUp, storedMessages } from './person'
import { test } from './test'

const questions = (page: Page) => page.getByRole('article', { name: 'You' })

test.beforeEach(async ({ page }) => {
  await signUp(page)
})

test('the menu of an answer: what there is to know, copying as text, deleting', async ({ page, context }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write'])
  await ask(page, '[[text=Some **bold** and `code`.]] First')
  await endedAnswer(page)
  await ask(page, 'Second')
  await endedAnswer(page)
  const answer = page.getByRole('article', { name: 'AI' }).first()
  await answer.hover()
  await answer.getByRole('button', { name: 'More' }).click()
  await expect(page.getByRole('menu')).toContainText('fake-model')
  await expect(page.getByRole('menu')).toContainText('Tokens out')
  await page.getByRole('menuitem', { name: 'Copy as plain text' }).click()
  await expect.poll(() => page.evaluate(() => navigator.clipboard.readText())).toBe('Some bold and code.')
  await questions(page).last().hover()
  await questions(page).last().getByRole('button', { name: 'More' }).click()
  await page.getByRole('menuitem', { name: 'Delete' }).click()
  await page.getByRole('menuitem', { name: 'Delete this and everything after it?' }).click()
  await expect(questions(page)).toHaveCount(1)
  await expect.poll(async () => (await storedMessages(page)).length).toBe(2)
})

test('the arrow up in the empty box edits the last question, and Escape leads back', async ({ page }) => {
  await ask(page, 'The firts question')
  await endedAnswer(page)
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

test('the Enter that ends a composition never sends, in whichever order the browser tells it', async ({
  page,
}) => {
  const devtools = await page.context().newCDPSession(page)
  const takenEnter = { key: 'Enter', code: 'Enter', windowsVirtualKeyCode: 229 }
  await composer(page).focus()
  await devtools.send('Input.imeSetComposition', { text: 'ㄋㄧˇ', selectionStart: 3, selectionEnd: 3 })
  await expect(composer(page)).toHaveValue('ㄋㄧˇ')
  // While the composition lasts, as most browsers have it.
  await devtools.send('Input.dispatchKeyEvent', { type: 'rawKeyDown', ...takenEnter })
  await devtools.send('Input.insertText', { text: '你' })
  // After it has ended, as Safari has it.
  await devtools.send('Input.dispatchKeyEvent', { type: 'rawKeyDown', ...takenEnter })
  await expect(composer(page)).toHaveValue('你')
  await expect(page).toHaveURL(/\/$/)
  await composer(page).press('Enter')
  await expect(lastAnswer(page)).toContainText('Echo: 你')
})

test('formulas are set, prices are not, and nothing is against the policy', async ({ page }) => {
  const refused: string[] = []
  page.on('console', (message) => {
    if (message.text().includes('Content Security Policy')) refused.push(message.text())
  })
  await ask(page, '[[text=The area $\\pi r^2$ costs $5 to $10.]] Area')
  const answer = await endedAnswer(page)
  await expect(answer.locator('math')).toHaveCount(1)
  await expect(answer).toContainText('costs $5 to $10.')
  await page.evaluate(() => document.fonts.ready)
  expect(refused).toEqual([])
})
