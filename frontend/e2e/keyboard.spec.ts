import { expect, type Page } from '@playwright/test'
import { askToTheEnd, composer, endedAnswer, lastAnswer, PASSWORD } from './user'
import { test } from './signed-in'

/** Presses Tab until the named control has the focus; each control on the way must have a focus ring. */
async function tabTo(page: Page, name: RegExp | string, key: 'Tab' | 'Shift+Tab' = 'Tab'): Promise<void> {
  const isWanted = (label: string) => (typeof name === 'string' ? label === name : name.test(label))
  for (let steps = 0; steps < 40; steps += 1) {
    await page.keyboard.press(key)
    const { label, hasRing } = await page.evaluate(focused)
    if (label !== '') expect(hasRing, label).toBe(true)
    if (isWanted(label)) return
  }
  throw new Error(`no way leads to ${String(name)}`)
}

/** The focused element's label, and whether its focus is visible: by an outline, or by the ring of the composer. */
function focused(): { label: string; hasRing: boolean } {
  const element = document.activeElement
  if (!(element instanceof HTMLElement) || element === document.body) return { label: '', hasRing: true }
  const named = element.ariaLabel ?? (element as HTMLInputElement).labels?.[0]?.textContent
  return {
    label: (named ?? element.textContent).trim(),
    hasRing:
      getComputedStyle(element).outlineStyle !== 'none' ||
      getComputedStyle(element.parentElement ?? element).boxShadow.includes('3px'),
  }
}

test('signing in, asking, renaming and opening conversations work by keyboard alone', async ({
  page,
  account,
}) => {
  await askToTheEnd(page, 'Rivers')
  await expect(page.getByRole('link', { name: 'Title of Rivers' })).toBeVisible()
  await page.context().clearCookies()
  await page.goto('/login')
  await expect(page.getByLabel('Email or user name')).toBeVisible()

  await tabTo(page, 'Email or user name')
  await page.keyboard.type(account.username)
  await tabTo(page, 'Password')
  await page.keyboard.type(PASSWORD)
  await page.keyboard.press('Enter')
  await expect(composer(page)).toBeFocused()

  await tabTo(page, 'Explain recursion with a simple example')
  await page.keyboard.press('Enter')
  await expect(lastAnswer(page)).toContainText('Echo: Explain recursion')
  await endedAnswer(page)
  const before = page.url()

  // Its title arrives after the answer, and moves the focus order.
  await expect(page.getByRole('link', { name: 'Title of Explain recursion' })).toBeVisible()
  await tabTo(page, 'Menu for “Title of Rivers”', 'Shift+Tab')
  await page.keyboard.press('Enter')
  await expect(page.getByRole('menuitem', { name: 'Rename' })).toBeFocused()
  await page.keyboard.press('Enter')
  await expect(page.getByRole('textbox', { name: 'Chat name' })).toBeFocused()
  await page.keyboard.type('Lakes')
  await page.keyboard.press('Enter')
  await expect(page.getByRole('link', { name: 'Lakes' })).toBeFocused()
  await page.keyboard.press('Enter')
  await expect(page).not.toHaveURL(before)
  await expect(lastAnswer(page)).toContainText('Echo: Rivers')
  await expect(composer(page)).toBeFocused()
  await tabTo(page, 'Chat settings', 'Shift+Tab')
  await page.keyboard.press('?')
  await expect(page.getByRole('tab', { name: 'Keyboard shortcuts' })).toHaveAttribute('aria-selected', 'true')
  await page.keyboard.press('Escape')
  await expect(page.getByRole('dialog')).toBeHidden()
})

test('the keys of a shortcut with a long description stay on one line on a phone', async ({ page }) => {
  await page.setViewportSize({ width: 390, height: 844 })
  await page.goto('/?settings=shortcuts')
  const caps = page.getByRole('definition').locator('kbd kbd')
  await expect(caps.last()).toHaveText('U')
  const broken = await caps.evaluateAll((all) =>
    all.filter((cap) => cap.scrollHeight > cap.clientHeight).map((cap) => cap.textContent),
  )
  expect(broken).toEqual([])
})
