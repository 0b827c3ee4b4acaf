import { expect } from '@playwright/test'
import { askToTheEnd, composer, startSignedIn } from './user'
import { test } from './test'

test.describe('the theme', () => {
  test.use({ colorScheme: 'dark' })

  test('follows the system until the user chooses one', async ({ page }) => {
    await startSignedIn(page)
    const root = page.locator('html')
    await expect(root).toHaveAttribute('data-theme', 'dark')
    await page.goto('/?settings=appearance')
    await page.getByRole('radio', { name: 'Light' }).click()
    await expect(root).toHaveAttribute('data-theme', 'light')
    await page.reload()
    await expect(root).toHaveAttribute('data-theme', 'light')
  })
})

test.describe('the language', () => {
  test.use({ locale: 'zh-CN' })

  test('is Traditional Chinese for a browser in Chinese until the user chooses English', async ({ page }) => {
    await page.goto('/login')
    await expect(page.getByRole('heading', { name: '歡迎回來' })).toBeVisible()
    await expect(page.locator('html')).toHaveAttribute('lang', 'zh-TW')
    await page.getByRole('button', { name: '外觀主題 / 語言' }).click()
    await page.getByRole('menuitemradio', { name: 'English' }).click()
    await page.keyboard.press('Escape')
    await expect(page.getByRole('heading', { name: 'Welcome back' })).toBeVisible()
    await page.reload()
    await expect(page.getByRole('heading', { name: 'Welcome back' })).toBeVisible()
    await expect(page.locator('html')).toHaveAttribute('lang', 'en')
  })
})

for (const width of [390, 360]) {
  test.describe(`on a screen ${width} pixels wide`, () => {
    test.use({ viewport: { width, height: 740 }, hasTouch: true, isMobile: true })

    test('sidebar and composer can be reached, and the page does not scroll sideways', async ({ page }) => {
      await startSignedIn(page)
      await askToTheEnd(page, '[[markdown]] Show me')
      const overflow = () =>
        page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)
      expect(await overflow()).toBe(0)
      await page.getByRole('button', { name: 'Open sidebar' }).click()
      await page.getByRole('dialog').getByRole('link', { name: 'New chat' }).click()
      await expect(page.getByRole('dialog')).toBeHidden()
      await expect(page).toHaveURL(/\/$/)
      await expect(composer(page)).toBeVisible()
      expect(await overflow()).toBe(0)
    })
  })
}

test('where the system chooses the colours, a line shows the selection', async ({ page }) => {
  await page.emulateMedia({ forcedColors: 'active' })
  await startSignedIn(page)
  await page.keyboard.press('ControlOrMeta+K')
  await expect(page.getByRole('option', { selected: true })).toHaveCSS('outline-style', 'solid')
})
