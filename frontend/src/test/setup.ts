import { afterEach, vi } from 'vitest'

// Files share a process, and its page. Each loads all modules again, so that it finds no state of another one.
vi.resetModules()

// Only tests with a page need these modules, which take longer to load than most tests without one take to run.
if (typeof document !== 'undefined') {
  const { setUpPage } = await import('@/test/page-setup')
  setUpPage()
}

// Runs before the cleaning of the page, which needs what tests have replaced.
afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
  vi.unstubAllEnvs()
})
