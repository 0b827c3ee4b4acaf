import { expect, type Page } from '@playwright/test'
import { makeInvitation, makeResetLink } from './administration'
import {
  askToTheEnd,
  authorization,
  composer,
  endSessionsElsewhere,
  lastAnswer,
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

const NEW_PASSWORD = 'another-horse-battery'

function endedDialog(page: Page) {
  return page.getByRole('dialog', { name: 'Your session has ended' })
}

test('text typed while the session ends on another device is kept and sent after signing in', async ({
  page,
  request,
}) => {
  const account = await startSignedIn(page)
  await askToTheEnd(page, 'First')
  const place = page.url()
  const text = 'What is being written while the session ends on another device'
  await composer(page).pressSequentially(text.slice(0, 20))
  await endSessionsElsewhere(request, account)
  await composer(page).pressSequentially(text.slice(20), { delay: 50 })

  const dialog = endedDialog(page)
  await expect(dialog).toBeVisible()
  const written = page.getByRole('textbox', { name: 'Message', exact: true, includeHidden: true })
  await expect(written).toHaveValue(text)
  await page.keyboard.press('Escape')
  await expect(dialog.getByLabel('Email or user name')).toHaveValue(account.username)
  const password = dialog.getByLabel('Password', { exact: true })
  await expect(password).toBeFocused()
  await password.fill(PASSWORD)
  await password.press('Enter')

  await expect(dialog).toBeHidden()
  await expect(composer(page)).toBeFocused()
  await expect(composer(page)).toHaveValue(text)
  await page.keyboard.press('Enter')
  await expect(lastAnswer(page)).toContainText(`Echo: ${text}`)
  expect(page.url()).toBe(place)
})

test('another user who signs in after an ended session sees neither its draft nor its messages', async ({
  page,
  request,
}) => {
  const account = await startSignedIn(page)
  await askToTheEnd(page, 'Mine alone')
  await composer(page).fill('Half a thought')
  await endSessionsElsewhere(request, account)
  await endedDialog(page).getByRole('button', { name: 'Use another account' }).click()
  await expect(page).toHaveURL(/\/login/)
  await signUp(page)
  await expect(composer(page)).toHaveValue('')
  await expect(page.getByText('Mine alone')).toBeHidden()
})

test('another user who signs in after a sign-out in another tab finds nothing, in any tab', async ({
  page,
}) => {
  await startSignedIn(page)
  await composer(page).fill('Half a thought')
  const other = await openTab(page)
  await composer(other).fill('Another half')
  await signOut(other)
  await expect(page).toHaveURL(/\/login/)
  await expect.poll(() => storedText(page)).not.toMatch(/half/i)
  await signUp(page)
  for (const tab of [page, other]) {
    await expect(composer(tab)).toHaveValue('')
    await expect.poll(() => storedText(tab)).not.toMatch(/half/i)
  }
})

test('another user who signs in where a session has ended while the page was closed finds nothing', async ({
  page,
  request,
}) => {
  const account = await startSignedIn(page)
  await composer(page).fill('Half a thought')
  await page.goto('about:blank')
  await endSessionsElsewhere(request, account)
  await signUp(page)
  await expect(composer(page)).toHaveValue('')
  await expect.poll(() => storedText(page)).not.toContain('Half a thought')
})

/** Everything in the storage of the tab. */
function storedText(page: Page): Promise<string> {
  return page.evaluate(() => JSON.stringify([Object.entries(localStorage), Object.entries(sessionStorage)]))
}

test('a reset link sets a new password only once', async ({ page, baseURL }) => {
  const account = await startSignedIn(page)
  const link = await makeResetLink(baseURL ?? '', await userId(page))
  await page.context().clearCookies()
  await page.goto(link)
  const password = page.getByLabel('New password')
  await password.fill('short')
  await expect(page.getByText('At least 12 characters (not yet)')).toBeVisible()
  await password.fill('1q2w3e4r5t6y')
  await page.getByRole('button', { name: 'Set password' }).click()
  await expect(page.getByRole('alert')).toContainText('This password is too')
  await password.fill(NEW_PASSWORD)
  await expect(page.getByText('At least 12 characters (met)')).toBeVisible()
  await page.getByRole('button', { name: 'Set password' }).click()
  await expect(page.getByRole('heading', { name: 'Your password has been changed' })).toBeVisible()
  await page.getByRole('link', { name: 'Sign in' }).click()
  await signIn(page, account.username, NEW_PASSWORD)
  await expect(composer(page)).toBeVisible()

  await page.goto(link)
  await page.reload()
  await page.getByLabel('New password').fill(NEW_PASSWORD)
  await page.getByRole('button', { name: 'Set password' }).click()
  await expect(page.getByRole('alert')).toHaveText('This link is no longer valid. Ask for a new one.')
})

test('an invitation opens the sign-up form and is sent with it', async ({ page, baseURL }) => {
  const link = await makeInvitation(baseURL ?? '')
  await page.goto(link)
  await expect(page.getByText('You have been invited')).toBeVisible()
  await page.getByRole('link', { name: 'Sign in' }).click()
  await page.getByRole('link', { name: 'Sign up' }).click()
  // Until it has loaded, the page of the sign-in stays, which has a field for the email address too.
  await expect(page.getByRole('heading', { name: 'Create your account' })).toBeVisible()
  const [sent] = await Promise.all([
    page.waitForRequest('**/api/auth/register'),
    submitSignUp(page, newAccount()),
  ])
  expect(sent.postDataJSON()).toMatchObject({ invite: link.split('=')[1] })
  await expect(composer(page)).toBeVisible()
})

async function userId(page: Page): Promise<string> {
  const headers = await authorization(page)
  const { id } = (await (await page.request.get('/api/auth/me', { headers })).json()) as { id: string }
  return id
}
