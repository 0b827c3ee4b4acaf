/** Browsers whose storage is full, or forbidden as in some private windows. */
import { expect } from '@playwright/test'
import { ask, askToTheEnd, composer, lastAnswer, startSignedIn } from './user'
import { test } from './test'

for (const [state, forbid] of [
  ['full', false],
  ['forbidden', true],
] as const) {
  test(`a chat works in a browser whose storage is ${state}`, async ({ page }) => {
    await page.addInitScript((isForbidden) => {
      const refuse = (name: string) => {
        throw new DOMException('refused by the test', name)
      }
      Storage.prototype.setItem = () => refuse('QuotaExceededError')
      if (!isForbidden) return
      for (const name of ['localStorage', 'sessionStorage'])
        Object.defineProperty(window, name, { get: () => refuse('SecurityError') })
      Object.defineProperty(window, 'indexedDB', { get: () => refuse('SecurityError') })
    }, forbid)
    await startSignedIn(page)
    await composer(page).fill('A draft that cannot be kept')
    await askToTheEnd(page, 'First')
    await expect(lastAnswer(page)).toContainText('Echo: First')
    await ask(page, 'Second')
    await expect(page.getByRole('article')).toHaveCount(4)
    await expect(lastAnswer(page)).toContainText('Echo: Second')
    await page.reload()
    await expect(lastAnswer(page)).toContainText('Echo: Second')
  })
}
