import { expect, type Page } from '@playwright/test'
import { newGate } from './model'
import { ask, askToTheEnd, chooseFromMenu, lastAnswer, openTab, signIn } from './user'
import { test } from './signed-in'

const links = (page: Page) => page.getByRole('navigation', { name: 'Chats' }).getByRole('link')

test('tabs and devices agree immediately on new, renamed, pinned, deleted and archived chats', async ({
  page,
  browser,
  account,
}) => {
  const tab = await openTab(page)
  const device = await (await browser.newContext()).newPage()
  await device.goto('/login')
  await signIn(device, account.username)
  await expect(device.getByText('No chats yet.')).toBeVisible()

  await askToTheEnd(page, 'Rivers')
  for (const other of [tab, device]) await expect(links(other)).toHaveText(['Title of Rivers'])
  await chooseFromMenu(device, 'Title of Rivers', 'Rename')
  const field = device.getByRole('textbox', { name: 'Chat name' })
  await expect(field).toBeFocused()
  await field.fill('Lakes')
  await field.press('Enter')
  for (const other of [page, tab]) await expect(links(other)).toHaveText(['Lakes'])
  await expect(page.getByRole('heading', { level: 1, name: 'Lakes' })).toBeVisible()
  await expect(page).toHaveTitle(/^Lakes/)

  await tab.getByRole('link', { name: 'New chat' }).first().click()
  await askToTheEnd(tab, 'Hills')
  for (const other of [page, device]) await expect(links(other)).toHaveText(['Title of Hills', 'Lakes'])
  await chooseFromMenu(page, 'Lakes', 'Pin')
  for (const other of [tab, device]) await expect(links(other)).toHaveText(['Lakes', 'Title of Hills'])
  await expect(page.getByRole('region', { name: 'Pinned' })).toContainText('Lakes')
  await chooseFromMenu(tab, 'Lakes', 'Delete')
  const undo = tab.getByRole('button', { name: 'Undo' })
  // The notice stays under the pointer.
  await undo.hover()
  for (const other of [page, device]) await expect(links(other)).toHaveText(['Title of Hills'])
  await expect(page.getByRole('heading', { name: 'This chat does not exist' })).toBeVisible()
  await undo.click()
  for (const other of [page, device]) await expect(links(other)).toHaveText(['Lakes', 'Title of Hills'])
  await chooseFromMenu(tab, 'Lakes', 'Archive')
  for (const other of [page, device]) await expect(links(other)).toHaveText(['Title of Hills'])
})

test('the list of another tab marks an answer that is being written, and then as new until it is opened', async ({
  page,
}) => {
  const tab = await openTab(page)
  const gate = newGate()
  await ask(page, `${gate.knob} Slowly`)
  await expect(lastAnswer(page)).toContainText('Thinking…')
  await expect(tab.getByRole('img', { name: 'An answer is being written' })).toBeVisible()
  await page.getByRole('link', { name: 'New chat' }).first().click()
  // An answer that is visible when it ends counts as read.
  await expect(page.getByRole('log')).toBeHidden()
  await gate.open(100)
  for (const each of [page, tab]) await expect(each.getByRole('img', { name: 'New answer' })).toBeVisible()
  await tab.getByRole('link', { name: /Slowly/ }).click()
  for (const each of [page, tab]) await expect(each.getByRole('img', { name: 'New answer' })).toBeHidden()
  await expect(lastAnswer(tab)).toContainText('Echo: Slowly')
})
