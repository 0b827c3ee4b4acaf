import { defineConfig } from '@playwright/test'

const executablePath = process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium'

/**
 * Tests against a running server with the fake model service; `make e2e` starts both. On a server that already has
 * accounts, run them with `--no-deps`.
 */
export default defineConfig({
  testDir: './e2e',
  projects: [
    { name: 'first-run', testMatch: 'first-run.setup.ts' },
    { name: 'tests', testMatch: '*.spec.ts', dependencies: ['first-run'] },
    { name: 'screens', testMatch: ['screens.ts', 'screens-of-*.ts'], dependencies: ['first-run'] },
    {
      name: 'bench',
      testMatch: 'bench.ts',
      dependencies: ['first-run'],
      timeout: 1_800_000,
      // A trace takes a picture of the page at every step, which would be measured too.
      use: { trace: 'off' },
    },
  ],
  fullyParallel: true,
  forbidOnly: Boolean(process.env['CI']),
  retries: 0,
  workers: 2,
  timeout: 60_000,
  expect: { timeout: 15_000 },
  reporter: [['list']],
  use: {
    baseURL: process.env['E2E_BASE_URL'] ?? 'http://127.0.0.1:8000',
    locale: 'en-US',
    viewport: { width: 1280, height: 800 },
    // Snapshots of the DOM at each action cost a sixth of all CPU; `--trace=on` takes them.
    trace: { mode: 'retain-on-failure', screenshots: false, snapshots: false, sources: false },
    screenshot: 'only-on-failure',
    launchOptions: {
      executablePath,
      args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'],
    },
  },
})
