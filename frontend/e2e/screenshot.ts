/** Taking screenshots for docs/screens/. */
import { join } from 'node:path'
import type { Page } from '@playwright/test'
import { SCREEN_TEXTS } from './screen-texts'
import { test } from './test'
import type { Language } from './texts'
import { signUp } from './user'

export const SCREENS_DIR = process.env['SCREENS_DIR'] ?? 'test-results'
export const DESKTOP = { width: 1280, height: 720 }
export const PHONE = { width: 390, height: 780 }

/** A test that takes screenshots in both languages. */
export function inEachLanguage(title: string, take: (page: Page, language: Language) => Promise<void>): void {
  for (const language of ['en', 'zh-TW'] as const) {
    test.describe(language, () => {
      test.use({ locale: language })
      test(title, ({ page }) => take(page, language))
    })
  }
}

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

/** Signs up a user with the name that the screenshots show. */
export async function signUpShownUser(page: Page, language: Language): Promise<void> {
  await showUsername(page, SCREEN_TEXTS[language].username)
  await signUp(page, undefined, language)
}
