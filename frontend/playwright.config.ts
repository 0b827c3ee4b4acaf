import { defineConfig } from '@playwright/test'

const executablePath = process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium'
const launchOptions = {
  executablePath,
  args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'],
}

/**
 * Tests against a running server with the fake model service; `make e2e` starts both. On a server that already has
 * accounts, run them with `--no-deps`.
 */
export default defineConfig({
  testDir: './e2e',
  projects: [
    { name: 'first-run', testMatch: 'first-run.setup.ts' },
    {
      name: 'tests',
      testMatch: '*.spec.ts',
      dependencies: ['first-run'],
      use: {
        // It would cache all files of the build again in each test: a quarter of all CPU. Tests of it turn it on.
        serviceWorkers: 'block',
        // Transitions take a twentieth of all CPU or more, and let a slow machine meet a screen between two states.
        contextOptions: { reducedMotion: 'reduce' },
        launchOptions: { ...launchOptions, args: [...launchOptions.args, '--in-process-gpu'] },
      },
    },
    { name: 'screens', testMatch: ['screens.ts', 'screens-of-*.ts'], dependencies: ['first-run'] },
    {
      name: 'bench',
      testMatch: 'bench.ts',
      dependencies: ['first-run'],
      timeout: 1_800_000,
    },
  ],
  fullyParallel: true,
  forbidOnly: Boolean(process.env['CI']),
  retries: 0,
  workers: 2,
  // Only limit how long a failing test waits: the machine may be busy.
  timeout: 180_000,
  expect: { timeout: 40_000 },
  reporter: [['list']],
  use: {
    baseURL: process.env['E2E_BASE_URL'] ?? 'http://127.0.0.1:8000',
    locale: 'en-US',
    viewport: { width: 1280, height: 800 },
    // A tenth of all CPU, most of it for passing tests. A failure has a screenshot and the tree of roles; `--trace=on`
    // records it too.
    trace: 'off',
    screenshot: 'only-on-failure',
    launchOptions,
  },
})
