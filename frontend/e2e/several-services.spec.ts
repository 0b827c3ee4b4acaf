import { expect, type Page } from '@playwright/test'
import { signInToModelSettings } from './administration'
import { SPARE_ANSWER, spareService } from './spare-service'
import { test } from './test'
import { ask, askToTheEnd, composer, endedAnswer, lastAnswer } from './user'

const MODEL = 'fake-model'

/** Chooses the model under the heading of this service. */
async function choose(page: Page, service: string): Promise<void> {
  await page.getByRole('button', { name: `Model: ${MODEL}` }).click()
  await page.getByRole('group', { name: service }).getByRole('menuitemradio', { name: MODEL }).click()
}

test('two services have a model of one name, and each chat keeps the service that was chosen', async ({
  page,
}) => {
  const spare = spareService(MODEL)
  await signInToModelSettings(page)
  const settings = page.getByRole('dialog', { name: 'Settings' })
  await settings.getByRole('button', { name: 'Add a model service' }).click()
  await settings.getByRole('textbox', { name: 'Name (optional)' }).fill('Spare AI')
  await settings.getByRole('textbox', { name: 'Address' }).fill(`${await spare.start()}/v1`)
  await settings.getByRole('button', { name: 'Test and save' }).click()
  await settings.getByRole('button', { name: 'Test Spare AI' }).click()
  await expect(settings.getByText('The service works and has 1 chat model.')).toBeVisible()
  await settings.getByRole('button', { name: 'Close', exact: true }).click()

  await choose(page, 'Spare AI')
  await askToTheEnd(page, 'Who answers?')
  await expect(lastAnswer(page)).toContainText(SPARE_ANSWER)
  const place = new URL(page.url()).pathname

  await page.goto('/')
  await choose(page, '127.0.0.1')
  await askToTheEnd(page, 'And now?')
  await expect(lastAnswer(page)).toContainText('Echo: And now?')

  await page.goto(place)
  await expect(composer(page)).toBeVisible()
  await ask(page, 'Still you?')
  await expect(page.getByRole('article', { name: 'AI', exact: true })).toHaveCount(2)
  await endedAnswer(page)
  await expect(lastAnswer(page)).toContainText(SPARE_ANSWER)

  await page.goto(`${place}?settings=models`)
  await settings.getByRole('button', { name: 'Edit Spare AI' }).click()
  await settings.getByRole('textbox', { name: 'Name (optional)' }).fill('Reserve')
  await settings.getByRole('button', { name: 'Test and save' }).click()
  await expect(settings.getByRole('button', { name: 'Edit Reserve' })).toBeVisible()
  await settings.getByRole('button', { name: 'Remove Reserve' }).click()
  await settings.getByRole('button', { name: 'Are you sure? Remove Reserve' }).click()
  await expect(settings.getByRole('button', { name: 'Edit Reserve' })).toBeHidden()
  await settings.getByRole('button', { name: 'Close', exact: true }).click()
  // Its model was removed with it: the chat offers another one.
  await expect(page.getByRole('button', { name: `Switch to ${MODEL}` })).toBeVisible()
  await spare.stop()
})
