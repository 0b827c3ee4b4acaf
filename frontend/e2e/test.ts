/** Playwright's `test`; it also fails when a page broke its content security policy, or had an error of its own. */
import { expect, test as base } from '@playwright/test'

/** What browsers say of a network that is down or a server that refuses, which tests bring about. */
const ABOUT_THE_NETWORK = /^(Failed to load resource|WebSocket connection to )/

interface Watched {
  complaints: string[]
}

export const test = base.extend<Watched>({
  complaints: [
    async ({ context }, use) => {
      const complaints: string[] = []
      context.on('weberror', (error) => complaints.push(String(error.error())))
      context.on('console', (message) => {
        if (message.type() === 'error' && !ABOUT_THE_NETWORK.test(message.text()))
          complaints.push(message.text())
      })
      await context.exposeBinding('reportViolation', (_, report: string) => complaints.push(report))
      await context.addInitScript(() => {
        addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI, sourceFile }) => {
          const { reportViolation } = window as unknown as { reportViolation: (report: string) => void }
          reportViolation(`${violatedDirective} forbids ${blockedURI} in ${sourceFile}`)
        })
      })
      await use(complaints)
      expect(complaints).toEqual([])
    },
    { auto: true },
  ],
})
