/** Taking one screenshot for docs/screens/. */
import { join } from 'node:path'
import type { Page } from '@playwright/test'

export const SCREENS_DIR = process.env['SCREENS_DIR'] ?? 'test-results'

export async function takeScreenshot(page: Page, name: string): Promise<void> {
  await page.evaluate(() => document.fonts.ready)
  await page.screenshot({ path: join(SCREENS_DIR, `${name}.png`), animations: 'disabled', caret: 'hide' })
}

/** Shows this name in place of the user's. */
export async function showUsername(page: Page, username: string): Promise<void> {
  await page.route('**/api/auth/me', async (route) => {
    const response = await route.fetch()
    await route.fulfill({ response, json: { ...((await response.json()) as object), username } })
  })
}
