import { gzipSync } from 'node:zlib'
import { expect } from '@playwright/test'
import { composer, withoutPreloading } from './user'
import { test } from './signed-in'

const MAX_BYTES = 165 * 1024

test('the first screen loads at most 165 KiB of compressed JavaScript', async ({ page }) => {
  await withoutPreloading(page)
  await page.reload()
  await expect(composer(page)).toBeVisible()
  const scripts = await page.evaluate(() =>
    performance
      .getEntriesByType('resource')
      .map(({ name }) => name)
      .filter((name) => new URL(name).pathname.endsWith('.js')),
  )
  const bodies = await Promise.all(scripts.map(async (url) => (await page.request.get(url)).body()))
  const sizes = bodies.map((script) => gzipSync(script).length)
  expect(sizes.length).toBeGreaterThan(0)
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThanOrEqual(MAX_BYTES)
})
