import { expect } from '@playwright/test'
import { signInToModelSettings } from './administration'
import { MODEL_URL, refuseKeys } from './model'
import { composer, startSignedIn } from './user'
import { test } from './test'

const WRONG_KEY = 'a-key-that-is-refused'

test('an administrator changes a model service, which is tested before it is saved, and keeps its key', async ({
  page,
}) => {
  await refuseKeys([WRONG_KEY])
  await signInToModelSettings(page)
  const settings = page.getByRole('dialog', { name: 'Settings' })
  const url = settings.getByRole('textbox', { name: 'Address' })
  const key = settings.getByLabel('API key')
  const save = settings.getByRole('button', { name: 'Test and save' })
  const edit = settings.getByRole('button', { name: 'Edit 127.0.0.1' })

  await edit.click()
  await key.fill(WRONG_KEY)
  await save.click()
  await expect(settings.getByRole('alert')).toContainText('The service rejected this key.')
  await expect(key).toHaveAttribute('aria-invalid', 'true')

  await url.fill('http://10.1.2.3/v1')
  await save.click()
  await expect(settings.getByRole('alert')).toContainText('This address is on a private network.')

  await settings.getByRole('button', { name: 'OpenRouter' }).click()
  await expect(url).toHaveValue('https://openrouter.ai/api/v1')

  await url.fill(`${MODEL_URL}/v1`)
  await key.fill('sk-another-key-for-e2e')
  await save.click()
  await expect(settings.getByText(/Key: …-e2e/)).toBeVisible()
  await expect(page.getByText('The model service works and is now in use.', { exact: true })).toBeVisible()

  // An unchanged URL keeps the stored key.
  await edit.click()
  await expect(key).toHaveValue('')
  await save.click()
  await expect(settings.getByText(/Key: …-e2e/)).toBeVisible()
  await settings.getByRole('button', { name: 'Close', exact: true }).click()
  await expect(composer(page)).toBeVisible()
})

test('other users do not see the settings of the model service', async ({ page }) => {
  await startSignedIn(page)
  await page.goto('/?settings=models')
  await expect(page.getByRole('tab', { name: 'General' })).toHaveAttribute('aria-selected', 'true')
  await expect(page.getByRole('tab', { name: 'Models' })).toBeHidden()
})
