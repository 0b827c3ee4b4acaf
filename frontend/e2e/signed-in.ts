/** `test` with a user who is signed in, on the page that begins a chat. */
import { test as base } from './test'
import { type Account, startSignedIn } from './user'

export const test = base.extend<{ account: Account }>({
  account: [async ({ page }, use) => use(await startSignedIn(page)), { auto: true }],
})
