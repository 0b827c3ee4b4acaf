import { expect } from '@playwright/test'
import {
  askToTheEnd,
  composer,
  newAccount,
  openTab,
  PASSWORD,
  signIn,
  signOut,
  signUp,
  startSignedIn,
  submitSignUp,
} from './user'
import { test } from './test'

test('signing up opens a new chat, and so does signing in again', async ({ page }) => {
  const account = await signUp(page)
  await signOut(page)
  await signIn(page, account.username)
  await expect(composer(page)).toBeVisible()
})

test('a user who must sign in first returns to the page that was requested', async ({ page, context }) => {
  const account = await startSignedIn(page)
  await askToTheEnd(page, 'Remember this place')
  const place = page.url()
  await context.clearCookies()
  await page.goto(place)
  await expect(page).toHaveURL(/\/login\?next=/)
  await signIn(page, account.email)
  await expect(page).toHaveURL(place)
  await expect(page.getByText('Echo: Remember this place')).toBeVisible()
})

test('a taken user name and a weak password are reported in plain words', async ({ page, browser }) => {
  const account = await startSignedIn(page)
  const other = await (await browser.newContext()).newPage()
  await other.goto('/register')
  await submitSignUp(other, { ...newAccount(), username: account.username.toUpperCase() })
  await expect(other.getByRole('alert')).toHaveText('This email or user name cannot be used. Choose another.')
  await other.getByLabel('User name').fill(newAccount().username)
  await other.getByLabel('Password', { exact: true }).fill('1q2w3e4r5t6y')
  await other.getByRole('button', { name: 'Sign up' }).click()
  await expect(other.getByRole('alert')).toContainText('This password is too')
  await other.context().close()
})

test('an account is locked after five wrong passwords, and the page says for how long', async ({ page }) => {
  const { username } = await startSignedIn(page)
  await page.context().clearCookies()
  await page.goto('/login')
  await page.getByLabel('Email or user name').fill(username)
  await page.getByLabel('Password', { exact: true }).fill('wrong-wrong-wrong')
  const signIn = page.getByRole('button', { name: 'Sign in' })
  const answered = () => page.waitForResponse((response) => response.url().endsWith('/api/auth/token/pair'))
  for (let tries = 0; tries < 5; tries += 1) await Promise.all([answered(), signIn.click()])
  await Promise.all([answered(), signIn.click()])
  await expect(page.getByRole('alert')).toContainText(/locked; try again in 1[45] min/)
})

test('two tabs stay signed in when they reload at the same time', async ({ page }) => {
  await startSignedIn(page)
  const other = await openTab(page)
  for (let round = 0; round < 4; round += 1) {
    await Promise.all([page.reload(), other.reload()])
    await expect(composer(page)).toBeVisible()
    await expect(composer(other)).toBeVisible()
  }
})

test('signing out in one tab signs out the other', async ({ page }) => {
  await startSignedIn(page)
  const other = await openTab(page)
  await signOut(page)
  await expect(other).toHaveURL(/\/login/)
})

test('deleting the account signs out', async ({ page }) => {
  await startSignedIn(page)
  await page.goto('/?settings=data')
  await page.getByRole('button', { name: 'Delete account…' }).click()
  await page.getByLabel('Enter your password to confirm').fill(PASSWORD)
  await page.getByRole('button', { name: 'Delete permanently' }).click()
  await expect(page).toHaveURL(/\/login/)
})
