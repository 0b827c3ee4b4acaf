import { expect, type Page } from '@playwright/test'
import { askToTheEnd, composer, startSignedIn } from './user'
import { test } from './test'

async function startChat(page: Page, text: string): Promise<string> {
  await page.getByRole('link', { name: 'New chat' }).first().click()
  // Until then, the text box belongs to the previous chat.
  await expect(page.getByRole('heading', { name: 'What’s on your mind today?' })).toBeVisible()
  await askToTheEnd(page, text)
  await expect(page.getByRole('link', { name: `Title of ${text}` })).toBeVisible()
  return page.url()
}

async function chooseFromMenu(page: Page, title: string, item: string): Promise<void> {
  await page.getByRole('link', { name: title }).hover()
  await page.getByRole('button', { name: `Menu for “${title}”` }).click()
  await page.getByRole('menuitem', { name: item, exact: true }).click()
}

test.beforeEach(async ({ page }) => {
  await startSignedIn(page)
})

test('a conversation is renamed in the list, and keeps its title', async ({ page }) => {
  await startChat(page, 'Rivers')
  await chooseFromMenu(page, 'Title of Rivers', 'Rename')
  const field = page.getByRole('textbox', { name: 'Chat name' })
  await expect(field).toBeFocused()
  await field.fill('About rivers')
  await field.press('Enter')
  await expect(page.getByRole('heading', { level: 1, name: 'About rivers' })).toBeVisible()
  await page.reload()
  await expect(page.getByRole('link', { name: 'About rivers' })).toBeVisible()
})

test('a pinned conversation is listed above the others', async ({ page }) => {
  await startChat(page, 'Older')
  await startChat(page, 'Newer')
  await chooseFromMenu(page, 'Title of Older', 'Pin')
  const links = page.getByRole('navigation', { name: 'Chats' }).getByRole('link')
  await expect(links.first()).toHaveText('Title of Older')
  await expect(page.getByRole('region', { name: 'Pinned' })).toContainText('Title of Older')
})

test('a conversation is deleted immediately, and Undo restores it', async ({ page }) => {
  const place = await startChat(page, 'Regret')
  await chooseFromMenu(page, 'Title of Regret', 'Delete')
  const undo = page.getByRole('button', { name: 'Undo' })
  // The notice stays under the pointer.
  await undo.hover()
  await expect(page.getByRole('link', { name: 'Title of Regret' })).toBeHidden()
  await expect(page).not.toHaveURL(place)
  await expect(composer(page)).toBeVisible()
  await undo.click()
  await expect(page).toHaveURL(place)
  await expect(page.getByText('Echo: Regret')).toBeVisible()
})

test('a conversation with an unknown id is shown as "does not exist"', async ({ page }) => {
  await page.goto('/c/01930000-0000-7000-8000-000000000000')
  await expect(page.getByRole('heading', { name: 'This chat does not exist' })).toBeVisible()
})

test('a new chat keeps the settings it was created with', async ({ page }) => {
  await page.getByRole('button', { name: 'Chat settings' }).click()
  await page.getByLabel('System prompt').fill('Answer like a sailor.')
  await page.getByRole('slider', { name: 'Temperature' }).press('End')
  await page.getByRole('button', { name: 'Save' }).click()
  await askToTheEnd(page, 'Ahoy')
  await page.reload()
  await page.getByRole('button', { name: 'Chat settings' }).click()
  await expect(page.getByLabel('System prompt')).toHaveValue('Answer like a sailor.')
  await expect(page.getByRole('slider', { name: 'Temperature' })).toHaveAttribute('aria-valuenow', '2')
})
