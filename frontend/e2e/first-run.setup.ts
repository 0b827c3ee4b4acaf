/** Sets up the fresh server in the browser, as its administrator does. The other projects need this account. */
import { expect } from '@playwright/test'
import { ADMINISTRATOR } from './administration'
import { MODEL_URL } from './model'
import { authorization, composer, signOut, submitSignUp } from './user'
import { test } from './test'

// The last test creates the first account.
test.describe.configure({ mode: 'serial' })

for (const [locale, label, refusal] of [
  ['en-US', 'Set-up code', 'The set-up code is wrong.'],
  ['zh-TW', '設定碼', '設定碼不正確。'],
] as const)
  test.describe(`in ${locale}`, () => {
    test.use({ locale, extraHTTPHeaders: { 'X-Forwarded-For': '203.0.113.9' } })

    test('a fresh installation asks clients behind a proxy for its set-up code', async ({ page }) => {
      await page.goto('/')
      await page.getByLabel(label).fill('not-the-right-code')
      await page.locator('input[type=email]').fill(ADMINISTRATOR.email)
      await page.locator('input[autocomplete=username]').fill(ADMINISTRATOR.username)
      await page.locator('input[type=password]').fill(ADMINISTRATOR.password)
      await page.locator('button[type=submit]').click()
      await expect(page.getByRole('alert')).toContainText(refusal)
    })
  })

test('a fresh installation opens with the sign-up of its administrator', async ({ page }) => {
  await page.goto('/')
  await expect(page.getByRole('heading', { name: 'Set up this server' })).toBeVisible()
  await expect(page.getByText('becomes the administrator account')).toBeVisible()
  await expect(page.getByRole('link', { name: 'Sign in' })).toBeHidden()
  await submitSignUp(page, ADMINISTRATOR)
  await expect(composer(page)).toBeVisible()

  const connected = await page.request.put('/api/models/service', {
    headers: await authorization(page),
    data: { base_url: `${MODEL_URL}/v1`, api_key: 'key-for-e2e' },
  })
  expect(connected.status()).toBe(200)

  await signOut(page)
  await expect(page.getByRole('heading', { name: 'Welcome back' })).toBeVisible()
  await page.goto('/register')
  await expect(page.getByRole('heading', { name: 'Create your account' })).toBeVisible()
})
