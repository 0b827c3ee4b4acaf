import { expect, type Page } from '@playwright/test'
import { askToTheEnd, chooseFromMenu, composer, PASSWORD, startSignedIn } from './user'
import { test } from './test'

test.beforeEach(async ({ page }) => {
  await startSignedIn(page)
})

async function openSearch(page: Page, text: string): Promise<void> {
  await page.keyboard.press('ControlOrMeta+K')
  const field = page.getByRole('combobox', { name: 'Search and commands' })
  await expect(field).toBeFocused()
  await page.keyboard.type(text)
}

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

test('an archived conversation leaves the list, and returns when unarchived', async ({ page }) => {
  await askToTheEnd(page, 'Keep me')
  const link = page.getByRole('link', { name: 'Title of Keep me' })
  await chooseFromMenu(page, 'Title of Keep me', 'Archive')
  await expect(link).toBeHidden()
  await expect(composer(page)).toBeVisible()
  await page.goto('/?settings=archived')
  await page.getByRole('button', { name: 'Unarchive “Title of Keep me”' }).click()
  await expect(page.getByText('No archived chats.')).toBeVisible()
  await page.keyboard.press('Escape')
  await expect(link).toBeVisible()
})

test('a conversation is exported as a Markdown file', async ({ page }) => {
  await askToTheEnd(page, 'Write it down')
  const title = 'Title of Write it down'
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    chooseFromMenu(page, title, 'Export as Markdown'),
  ])
  expect(download.suggestedFilename()).toBe(`${title}.md`)
})

test('new chats use the default system prompt, and deleting the account signs out', async ({ page }) => {
  await page.goto('/?settings=chat')
  const prompt = page.getByLabel('System prompt for new chats')
  const saved = page.waitForResponse((response) => response.request().method() === 'PATCH')
  await prompt.fill('Answer like a sailor.')
  await saved
  await page.keyboard.press('Escape')
  await expect(page).toHaveURL(/\/$/)
  await askToTheEnd(page, 'Ahoy')
  await page.getByRole('button', { name: 'Chat settings' }).click()
  await expect(page.getByLabel('System prompt')).toHaveValue('Answer like a sailor.')
  await page.goto('/?settings=data')
  await page.getByRole('button', { name: 'Delete account…' }).click()
  await page.getByLabel('Enter your password to confirm').fill(PASSWORD)
  await page.getByRole('button', { name: 'Delete permanently' }).click()
  await expect(page).toHaveURL(/\/login/)
})
