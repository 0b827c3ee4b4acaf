import { expect, type Locator, type Page } from '@playwright/test'
import { findViolations } from './axe'
import { newGate } from './model'
import { TEXTS } from './texts'
import { test } from './signed-in'
import { words } from './user'

const { lab, settings } = TEXTS.en

const connection = (page: Page, number: number) =>
  page.getByRole('region', { name: `Connection ${number}`, exact: true })

/** The number with this title. */
const figure = (device: Locator, title: string) =>
  device.locator('dl > div').filter({ hasText: title }).getByRole('definition')

async function shownWords(device: Locator): Promise<string> {
  const text = await device.getByRole('region').innerText()
  return text.split(/\s+/).join(' ').trim()
}

test('an answer continues over cut, slow and second connections, without gaps and repeats', async ({
  page,
}) => {
  await page.goto('/?settings=general')
  await page.getByRole('link', { name: settings.openLab }).click()
  await expect(page.getByRole('heading', { name: lab.title })).toBeVisible()
  const gate = newGate()
  await page.getByRole('textbox', { name: lab.question }).fill(`[[tokens=60]] ${gate.knob} Count`)
  await page.getByRole('button', { name: lab.ask, exact: true }).click()
  const first = connection(page, 1)
  await gate.open(5)
  await expect(first.getByRole('region')).toContainText('w5')

  for (const [index, last] of [15, 25].entries()) {
    await first.getByRole('button', { name: lab.cut }).click()
    await gate.open(10)
    await expect(figure(first, lab.numbers.reconnects)).toHaveText(String(index + 1))
    await expect(first.getByRole('region')).toContainText(`w${last}`)
  }
  await page.getByRole('button', { name: lab.second }).click()
  const second = connection(page, 2)
  await expect(second.getByRole('region')).toContainText('w25')
  await first.getByRole('button', { name: lab.slow }).click()
  await expect(first.getByRole('button', { name: lab.slow })).toHaveAttribute('aria-pressed', 'true')
  expect(await findViolations(page)).toEqual([])
  await gate.open(100)
  for (const device of [second, first]) {
    await expect(device.getByRole('region')).toContainText('w60')
    expect(await shownWords(device)).toBe(words(60))
    for (const name of [lab.numbers.gaps, lab.numbers.repeats])
      await expect(figure(device, name)).toHaveText('0')
  }
  await expect(page.getByRole('status')).toContainText(lab.same)

  await page.goto('/')
  await expect(page.getByText('No chats yet.')).toBeVisible()
})
