import { expect, type Page } from '@playwright/test'
import OpenAI from 'openai'
import { test } from './signed-in'

async function createKey(page: Page, name: string): Promise<string> {
  await page.goto('/?settings=keys')
  const settings = page.getByRole('dialog', { name: 'Settings' })
  await settings.getByLabel('Name').fill(name)
  await settings.getByRole('button', { name: 'Create key' }).click()
  const key = await settings.getByRole('status').getByRole('code').textContent()
  expect(key).toMatch(/^sk-aichat-/)
  await expect(settings.getByRole('region', { name: 'How to use it' })).toContainText(key ?? '')
  return key ?? ''
}

test('a program asks and streams with a key from the settings, until it is deleted', async ({
  page,
  baseURL,
}) => {
  const client = new OpenAI({
    apiKey: await createKey(page, 'Notebook'),
    baseURL: `${baseURL ?? ''}/v1`,
    maxRetries: 0,
  })

  const models = await client.models.list()
  const model = models.data[0]?.id ?? ''
  const question = { model, messages: [{ role: 'user' as const, content: 'Hello program' }] }
  const whole = await client.chat.completions.create(question)
  expect(whole.choices[0]?.message.content).toBe('Echo: Hello program')
  let text = ''
  for await (const chunk of await client.chat.completions.create({ ...question, stream: true })) {
    text += chunk.choices[0]?.delta.content ?? ''
  }
  expect(text).toBe('Echo: Hello program')
  await expect(client.models.retrieve('no-such-model')).rejects.toMatchObject({
    status: 404,
    code: 'model_not_found',
  })

  await page.reload()
  const row = page.getByRole('listitem').filter({ hasText: 'Notebook' })
  await expect(row).toContainText('Last used')
  // A double click asks, and deletes nothing yet.
  await row.getByRole('button', { name: 'Delete key “Notebook”' }).dblclick()
  await row.getByRole('button', { name: 'Are you sure? Delete key “Notebook”' }).click()
  await expect(page.getByText('You have no keys.')).toBeVisible()
  await expect(client.models.list()).rejects.toMatchObject({ status: 401, code: 'invalid_api_key' })
})
