import { gzipSync } from 'node:zlib'
import { expect } from '@playwright/test'
import { composer, startSignedIn, withoutPreloading } from './user'
import { test } from './test'

const MAX_BYTES = 165 * 1024

test('the first screen loads at most 165 KiB of compressed JavaScript', async ({ page }) => {
  await startSignedIn(page)
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

test('the page can be installed', async ({ page, request }) => {
  await page.goto('/login')
  const manifest = await page.locator('link[rel="manifest"]').getAttribute('href')
  const answer = await request.get(manifest ?? '')
  const { icons } = (await answer.json()) as { icons: { src: string; sizes: string }[] }
  expect(icons.map(({ sizes }) => sizes)).toEqual(['192x192', '512x512', '512x512'])
  for (const { src } of icons) {
    expect((await request.get(src)).headers()['content-type']).toBe('image/png')
  }
})
