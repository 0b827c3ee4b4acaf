/** `test` behind a proxy that refuses WebSockets. */
import { RefusingProxy } from './refusing-proxy'
import { test as base } from './test'

export const test = base.extend<{ refusingProxy: RefusingProxy }>({
  // eslint-disable-next-line no-empty-pattern -- Playwright requires a pattern
  refusingProxy: async ({}, use) => {
    const proxy = new RefusingProxy()
    await use(proxy)
    await proxy.stop()
  },
  baseURL: async ({ refusingProxy }, use) => use(await refusingProxy.start()),
})
