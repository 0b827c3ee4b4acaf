/** Playwright's `test`, which also fails on errors of the page and on violations of its content security policy. */
import { expect, test as base } from '@playwright/test'

/** Console errors about a missing network or a refusing server, which tests cause on purpose. */
const ABOUT_THE_NETWORK = /^(Failed to load resource|WebSocket connection to )/

/** For tests of movement; all others ask for reduced motion. */
export const WITH_MOTION = { contextOptions: { reducedMotion: 'no-preference' } } as const

interface Watched {
  pageErrors: string[]
}

export const test = base.extend<Watched>({
  pageErrors: [
    async ({ context }, use) => {
      const pageErrors: string[] = []
      context.on('weberror', (error) => pageErrors.push(String(error.error())))
      context.on('console', (message) => {
        if (message.type() === 'error' && !ABOUT_THE_NETWORK.test(message.text()))
          pageErrors.push(message.text())
      })
      await context.exposeBinding('reportViolation', (_, report: string) => pageErrors.push(report))
      await context.addInitScript(() => {
        addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI, sourceFile }) => {
          const { reportViolation } = window as unknown as { reportViolation: (report: string) => void }
          reportViolation(`${violatedDirective} forbids ${blockedURI} in ${sourceFile}`)
        })
      })
      await use(pageErrors)
      expect(pageErrors).toEqual([])
    },
    { auto: true },
  ],
})
