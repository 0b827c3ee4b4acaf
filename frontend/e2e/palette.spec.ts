import { expect, type Page } from '@playwright/test'
import { holdRequests } from './connection'
import { test } from './signed-in'
import { askToTheEnd, composer, withoutPreloading } from './user'

async function openSearch(page: Page, text: string): Promise<void> {
  await page.keyboard.press('ControlOrMeta+K')
  const field = page.getByRole('combobox', { name: 'Search and commands' })
  await expect(field).toBeFocused()
  await page.keyboard.type(text)
}

test('letters typed before the palette has loaded are in the palette, and Enter sends nothing', async ({
  page,
}) => {
  await withoutPreloading(page)
  const release = await holdRequests(page, /palette-panel[^/]*\.js/)
  await page.reload()
  await composer(page).fill('Half a thought')
  await page.keyboard.press('Control+k')
  await page.keyboard.type('system')
  await page.keyboard.press('Enter')
  await page.keyboard.press('Tab')
  await page.keyboard.type(' theme')
  release()
  const field = page.getByRole('combobox', { name: 'Search and commands' })
  await expect(field).toHaveValue('system theme')
  await expect(field).toBeFocused()
  await page.keyboard.press('Control+a')
  await page.keyboard.type('dark')
  await expect(page.getByRole('option')).toHaveCount(1)
  await page.keyboard.press('Escape')
  await expect(field).toBeHidden()
  await expect(composer(page)).toBeFocused()
  await expect(composer(page)).toHaveValue('Half a thought')
  expect(new URL(page.url()).pathname).toBe('/')
})

test('Escape closes the palette before it has loaded, and the composer has the focus again', async ({
  page,
}) => {
  await withoutPreloading(page)
  await page.route(/palette-panel[^/]*\.js/, () => undefined)
  await page.reload()
  await expect(composer(page)).toBeFocused()
  await page.keyboard.press('Control+k')
  await page.keyboard.type('lost')
  await page.keyboard.press('Escape')
  await page.keyboard.type('kept')
  await expect(composer(page)).toHaveValue('kept')
})

test('a search in Chinese finds the message and opens it, by keyboard alone', async ({ page }) => {
  await askToTheEnd(page, '請介紹資料庫的索引')
  const place = page.url()
  await page.keyboard.press('ControlOrMeta+Shift+O')
  await expect(page).toHaveURL(/\/$/)
  await openSearch(page, '索引')
  const hits = page.getByRole('group', { name: 'Titles and messages' }).getByRole('option')
  const question = hits.filter({ hasText: /請介紹資料庫的索引$|請介紹資料庫的索引\d/ }).last()
  await expect(question.locator('mark')).toHaveText('索引')
  await page.keyboard.press('ArrowUp')
  await expect(hits.last()).toHaveAttribute('aria-selected', 'true')
  await page.keyboard.press('Enter')
  await expect(page).toHaveURL((url) => url.href.startsWith(`${place}?at=`))
  await expect(page.getByRole('article', { name: 'You' })).toContainText('請介紹資料庫的索引')
})

test('the palette runs a command, and "?" lists the shortcuts, by keyboard alone', async ({ page }) => {
  await openSearch(page, 'dark')
  await page.keyboard.press('Enter')
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark')
  await page.getByRole('button', { name: 'Account menu' }).press('?')
  await expect(page.getByRole('tab', { name: 'Keyboard shortcuts' })).toHaveAttribute('aria-selected', 'true')
  await page.keyboard.press('Escape')
  await expect(page.getByRole('dialog')).toBeHidden()
})
