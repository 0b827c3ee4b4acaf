import { expect } from '@playwright/test'
import { askToTheEnd, chooseFromMenu, composer } from './user'
import { test } from './signed-in'

test('a conversation is deleted immediately, and Undo restores it', async ({ page }) => {
  await askToTheEnd(page, 'Regret')
  const place = page.url()
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

test('new chats use the default system prompt', async ({ page }) => {
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
