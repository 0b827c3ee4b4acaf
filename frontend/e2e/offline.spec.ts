import { expect, type Page, type Route } from '@playwright/test'
import {
  ask,
  askToTheEnd,
  composer,
  endedAnswer,
  lastAnswer,
  startSignedIn,
  storedTexts,
  untilCached,
} from './user'
import { test } from './test'
import { UpgradedServer } from './upgraded-server'

test.use({ serviceWorkers: 'allow' })

/** The names of the builds that are cached completely, oldest first. */
function cachedBuilds(page: Page): Promise<string[]> {
  return page.evaluate(async () => {
    const names: string[] = []
    for (const name of await caches.keys()) {
      const cache = await caches.open(name)
      // The page itself is cached last.
      if (await cache.match('/')) names.push(name)
    }
    return names
  })
}

test('the page opens offline, says so, and sends waiting messages once the network is back', async ({
  page,
  context,
}) => {
  await startSignedIn(page)
  await askToTheEnd(page, 'First')
  const place = page.url()
  await untilCached(page)
  await context.setOffline(true)
  await ask(page, 'Written offline')
  await composer(page).fill('Half a thought')
  for (const language of ['en', 'zh-TW'] as const) {
    await page.evaluate(
      (chosen) => {
        const saved = JSON.parse(localStorage.getItem('preferences') ?? '{}') as { state?: object }
        const state = { ...saved.state, language: chosen }
        localStorage.setItem('preferences', JSON.stringify({ ...saved, state }))
      },
      language === 'en' ? 'zh-TW' : 'en',
    )
    await page.reload()
    const title = language === 'en' ? '目前沒有網路' : 'You are offline'
    await expect(page.getByRole('heading', { name: title })).toBeVisible()
  }
  await expect(page.getByText('1 message to send')).toBeVisible()
  expect(page.url()).toBe(place)
  await context.setOffline(false)
  await expect(lastAnswer(page)).toContainText('Echo: Written offline')
  await expect(composer(page)).toHaveValue('Half a thought')
  await endedAnswer(page)
  expect(await storedTexts(page)).toEqual([
    'First',
    'Echo: First',
    'Written offline',
    'Echo: Written offline',
  ])
})

test('the page opens while the proxy cannot reach the server', async ({ page, context }) => {
  await page.goto('/login')
  await untilCached(page)
  await context.route('**/login', (route) => route.fulfill({ status: 503, body: 'starting' }))
  await context.route('**/api/**', (route) => route.fulfill({ status: 503, body: 'starting' }))
  await page.reload()
  await expect(page.getByRole('heading', { name: 'The server cannot be reached' })).toBeVisible()
  await context.unroute('**/api/**')
  await page.getByRole('button', { name: 'Try again' }).click()
  await expect(page.getByRole('heading', { name: 'Welcome back' })).toBeVisible()
})

test('the page comes from the server whenever it can be reached', async ({ page, context }) => {
  await page.goto('/login')
  await untilCached(page)
  await context.route('**/login', (route) =>
    route.fulfill({ body: 'Another build', contentType: 'text/html' }),
  )
  await page.reload()
  await expect(page.getByText('Another build')).toBeVisible()
})

test('the cached page has a new nonce on each visit', async ({ page, context }) => {
  await page.goto('/login')
  await untilCached(page)
  await context.setOffline(true)
  const used: string[] = []
  for (let visit = 0; visit < 2; visit += 1) {
    const answer = await page.reload()
    const policy = answer?.headers()['content-security-policy'] ?? ''
    const [, nonce = ''] = /'nonce-([\w-]+)'/.exec(policy) ?? []
    await expect(page.locator('meta[name="csp-nonce"]')).toHaveAttribute('content', nonce)
    used.push(nonce)
  }
  expect(new Set(used).size).toBe(2)
  expect(used).not.toContain('')
})

test('no response of the API or the administration is cached', async ({ page, context }) => {
  await startSignedIn(page)
  await untilCached(page)
  await askToTheEnd(page, 'First')
  await page.goto('/admin/')
  await page.goto('/api/docs')
  await page.goto('/')
  await expect(composer(page)).toBeVisible()
  const paths = await page.evaluate(async () => {
    const kept = await Promise.all(
      (await caches.keys()).map(async (name) => (await caches.open(name)).keys()),
    )
    return kept.flat().map(({ url }) => new URL(url).pathname)
  })
  expect(paths.filter((path) => path !== '/' && !path.startsWith('/assets/'))).toEqual([])
  await context.setOffline(true)
  const isAnswered = (path: string) => page.evaluate((asked) => fetch(asked).then(Boolean, () => false), path)
  expect(await isAnswered('/api/models')).toBe(false)
  expect(await isAnswered('/static/admin/css/base.css')).toBe(false)
})

test('an upgrade keeps the files of open pages, and deletes the builds before them', async ({ context }) => {
  const server = new UpgradedServer()
  const page = await context.newPage()
  await page.goto(`${await server.start()}/login`)
  await untilCached(page)
  const [first = ''] = await cachedBuilds(page)
  const second = await upgrade(page, server, 'b')
  expect(await cachedBuilds(page)).toEqual([first, second])

  server.hasFiles = false
  await page.getByRole('link', { name: 'Sign up' }).click()
  await expect(page.getByRole('heading', { name: 'Create your account' })).toBeVisible()

  server.hasFiles = true
  const third = await upgrade(page, server, 'c')
  await expect.poll(() => cachedBuilds(page)).toEqual([second, third])
  await server.stop()
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

/** Deploys another build and waits until the browser has cached it; returns its name. */
async function upgrade(page: Page, server: UpgradedServer, letter: string): Promise<string> {
  server.build = letter.repeat(16)
  await expect
    .poll(async () => {
      await page.evaluate(() => navigator.serviceWorker.ready.then((registration) => registration.update()))
      return cachedBuilds(page)
    })
    .toContain(`build:${server.build}`)
  return `build:${server.build}`
}

test.describe('without a service worker', () => {
  test.use({ serviceWorkers: 'block' })

  test('a page whose build was replaced reloads when a chunk is missing', async ({ page, pageErrors }) => {
    await page.clock.install()
    await startSignedIn(page)
    await askToTheEnd(page, 'First')
    await composer(page).fill('Half a thought')
    await page.clock.fastForward(60_000)
    const another = (route: Route) =>
      route.request().resourceType() === 'fetch' ? route.fulfill({ body: 'Another build' }) : route.continue()
    await page.route('**/assets/settings-tabs-*', (route) => route.fulfill({ status: 404 }), { times: 1 })
    await page.route(/\/$/, another)
    await page.keyboard.press('Control+,')
    await expect(page.getByRole('tab', { name: 'General' })).toBeVisible()
    await page.keyboard.press('Escape')
    await expect(composer(page)).toHaveValue('Half a thought')
    // The page may have reported the missing chunk before it reloaded.
    expect(pageErrors.splice(0).filter((text) => !text.includes('settings-tabs'))).toEqual([])
  })
})
