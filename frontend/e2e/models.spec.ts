import { expect, type Page } from '@playwright/test'
import { findViolations } from './axe'
import { listManyModels } from './many-models'
import { askToTheEnd, startSignedIn } from './user'
import { test } from './test'

const picker = (page: Page) => page.getByRole('button', { name: /^Model: / })
const field = (page: Page) => page.getByRole('combobox', { name: 'Find a model' })
const options = (page: Page) => page.getByRole('listbox', { name: 'Models' }).getByRole('option')

test.beforeEach(async ({ page }) => {
  await listManyModels(page)
  await startSignedIn(page)
})

test('320 models are searched and chosen by keyboard alone', async ({ page }) => {
  await picker(page).press('Enter')
  await expect(field(page)).toBeFocused()
  await expect(options(page)).toHaveCount(321)
  await expect(page.getByRole('group', { name: 'Mistral Café' }).getByRole('option')).toHaveCount(80)
  expect(await findViolations(page)).toEqual([])

  await page.keyboard.type('CAFE 4o mini')
  await expect(options(page)).toHaveCount(4)
  await page.keyboard.press('ArrowDown')
  const active = await field(page).getAttribute('aria-activedescendant')
  await expect(options(page).nth(1)).toHaveAttribute('id', active ?? '')
  await expect(options(page).nth(1)).toHaveAttribute('aria-selected', 'true')
  await page.keyboard.press('Enter')
  await expect(page.getByRole('dialog')).toBeHidden()
  await expect(picker(page)).toBeFocused()
  await expect(picker(page)).toHaveAccessibleName('Model: gpt-4o-mini-2026-03-01 · Mistral Café')

  await page.keyboard.press('Enter')
  const recent = page.getByRole('group', { name: 'Current and recent' }).getByRole('option')
  await expect(recent).toHaveCount(1)
  await expect(recent).toContainText('Mistral Café')
  await expect(recent).toHaveAttribute('aria-selected', 'true')
  await expect(recent.getByRole('img', { name: 'In use' })).toBeVisible()

  await page.keyboard.type('no such model')
  await expect(page.getByText('No model matches.')).toBeVisible()
  expect(await findViolations(page)).toEqual([])
  await page.keyboard.press('Escape')
  await expect(picker(page)).toBeFocused()
})

test('arrow keys and pages move through all models and keep the active one in view', async ({ page }) => {
  await picker(page).click()
  await expect(field(page)).toBeFocused()
  await page.keyboard.press('ArrowUp')
  await expect(options(page).last()).toHaveAttribute('aria-selected', 'true')
  await expect(options(page).last()).toBeInViewport()
  await page.keyboard.press('ArrowDown')
  await expect(options(page).first()).toBeInViewport()
  for (let count = 0; count < 5; count += 1) await page.keyboard.press('PageDown')
  await expect(options(page).nth(40)).toHaveAttribute('aria-selected', 'true')
  await expect(options(page).nth(40)).toBeInViewport()
})

test('a retired model is marked as retired and cannot be chosen', async ({ page }) => {
  await picker(page).click()
  await field(page).fill('openrouter 4.1 mini 03')
  await expect(options(page)).toHaveCount(1)
  await expect(options(page)).toHaveAttribute('aria-disabled', 'true')
  await expect(options(page)).toContainText('Retired by the model service')
  await page.keyboard.press('Enter')
  await options(page).click({ force: true })
  await expect(field(page)).toBeVisible()
})

test.describe('on a phone', () => {
  test.use({ viewport: { width: 390, height: 780 }, hasTouch: true, isMobile: true })

  test('the models fill the page and stay within it above the keyboard', async ({ page }) => {
    await picker(page).tap()
    const dialog = page.getByRole('dialog', { name: 'Choose a model' })
    await expect(dialog).toBeVisible()
    await expect(field(page)).not.toBeFocused()
    expect(await findViolations(page)).toEqual([])
    await field(page).tap()
    await field(page).pressSequentially('claude')
    // The room that a keyboard leaves.
    await page.setViewportSize({ width: 390, height: 380 })
    await expect(field(page)).toBeInViewport({ ratio: 1 })
    await options(page).last().scrollIntoViewIfNeeded()
    await expect(options(page).last()).toBeInViewport({ ratio: 1 })
    const overflow = () => document.documentElement.scrollWidth - document.documentElement.clientWidth
    expect(await page.evaluate(overflow)).toBe(0)
    await options(page).nth(2).tap()
    await expect(dialog).toBeHidden()
    await expect(picker(page)).toHaveAccessibleName(/claude-opus-4-2026-06-15/)
  })

  test('320 models are searched and chosen with a keyboard', async ({ page }) => {
    await picker(page).press('Enter')
    await expect(options(page)).toHaveCount(321)
    for (let count = 0; count < 5; count += 1) {
      if (await field(page).evaluate((element) => element === document.activeElement)) break
      await page.keyboard.press('Tab')
    }
    await expect(field(page)).toBeFocused()
    await page.keyboard.type('CAFE 4o mini')
    await expect(options(page)).toHaveCount(4)
    await page.keyboard.press('ArrowDown')
    await expect(options(page).nth(1)).toBeInViewport({ ratio: 1 })
    await page.keyboard.press('Enter')
    await expect(page.getByRole('dialog')).toBeHidden()
    await expect(picker(page)).toHaveAccessibleName(/gpt-4o-mini-2026-03-01/)
  })
})

test('an answer is written again by a model that is found among 320', async ({ page }) => {
  const sent: string[] = []
  page.on('websocket', (socket) => socket.on('framesent', ({ payload }) => sent.push(payload.toString())))
  const answer = await askToTheEnd(page, 'Again, please')
  await answer.getByRole('button', { name: 'More' }).click()
  await page.getByRole('menuitem', { name: 'Regenerate with another model' }).click()
  await expect(field(page)).toBeFocused()
  await page.keyboard.type('groq qwen3 coder')
  await page.keyboard.press('Enter')
  await expect(page.getByRole('dialog')).toBeHidden()
  await expect.poll(() => sent.filter((frame) => frame.includes('"model":"s3::qwen3-coder"'))).toHaveLength(1)
})

test('the model of new chats is chosen among 320 in the settings', async ({ page }) => {
  await page.goto('/?settings=chat')
  const button = page.getByRole('button', { name: 'Model for new chats: Server default' })
  await button.click()
  await expect(field(page)).toBeFocused()
  await expect(options(page).first()).toHaveText(/Server default/)
  await expect(options(page).first()).toHaveAttribute('aria-selected', 'true')
  expect(await findViolations(page)).toEqual([])
  const saved = page.waitForRequest((request) => request.method() === 'PATCH')
  await page.keyboard.type('grok 09')
  await page.keyboard.press('Enter')
  expect((await saved).postDataJSON()).toEqual({ default_model: 'grok-4-2026-09-30' })
  await expect(page.getByRole('dialog', { name: 'Settings' })).toBeVisible()
})
