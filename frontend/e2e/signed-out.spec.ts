import { expect, test, type Page } from '@playwright/test'
import { signOut, startSignedIn } from './user'

test.use({ serviceWorkers: 'allow' })

/** Everything that the page logs as an error from now on, including the browser's lines about refused requests. */
function watchConsole(page: Page): string[] {
  const errors: string[] = []
  page.on('console', (message) => {
    if (message.type() === 'error') errors.push(`${message.text()} ${message.location().url}`)
  })
  return errors
}

const signIn = (page: Page) => page.getByRole('button', { name: 'Sign in', exact: true })

test.describe('the console has no error', () => {
  test('for a new visitor', async ({ page }) => {
    const errors = watchConsole(page)
    for (const path of ['/', '/register', '/c/01930000-0000-7000-8000-0000000000c1']) {
      await page.goto(path)
      await expect(page.getByLabel('Password', { exact: true })).toBeVisible()
      await page.waitForLoadState('networkidle')
    }
    expect(errors).toEqual([])
  })

  test('after a sign-out', async ({ page }) => {
    const errors = watchConsole(page)
    await startSignedIn(page)
    await signOut(page)
    await expect(signIn(page)).toBeVisible()
    await page.reload()
    await expect(signIn(page)).toBeVisible()
    await page.waitForLoadState('networkidle')
    expect(errors).toEqual([])
  })
})
