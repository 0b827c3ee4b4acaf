import { expect } from '@playwright/test'
import { test } from './test'
import { composer, startSignedIn, withoutPreloading } from './user'

test('letters typed before the palette has loaded are in the palette, and Enter sends nothing', async ({
  page,
}) => {
  await startSignedIn(page)
  await withoutPreloading(page)
  let arrive: () => void = () => undefined
  const arrived = new Promise<void>((resolve) => (arrive = resolve))
  await page.route(/palette-panel[^/]*\.js/, async (route) => {
    await arrived
    await route.continue()
  })
  await page.reload()
  await composer(page).fill('Half a thought')
  await page.keyboard.press('Control+k')
  await page.keyboard.type('system')
  await page.keyboard.press('Enter')
  await page.keyboard.press('Tab')
  await page.keyboard.type(' theme')
  arrive()
  const field = page.getByRole('combobox', { name: 'Search and commands' })
  await expect(field).toHaveValue('system theme')
  await expect(field).toBeFocused()
  await page.keyboard.press('Control+a')
  await page.keyboard.type('dark')
  await expect(page.getByRole('option')).toHaveCount(1)
  await page.keyboard.press('Escape')
  await expect(field).toBeHidden()
  await expect(composer(page)).toBeFocused()
  await expect(composer(page)).toHaveValue('Half a thought')
  expect(new URL(page.url()).pathname).toBe('/')
})

test('Escape closes the palette before it has loaded, and the composer has the focus again', async ({
  page,
}) => {
  await startSignedIn(page)
  await withoutPreloading(page)
  await page.route(/palette-panel[^/]*\.js/, () => undefined)
  await page.reload()
  await expect(composer(page)).toBeFocused()
  await page.keyboard.press('Control+k')
  await page.keyboard.type('lost')
  await page.keyboard.press('Escape')
  await page.keyboard.type('kept')
  await expect(composer(page)).toHaveValue('kept')
})
