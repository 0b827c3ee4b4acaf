import { expect, type Page } from '@playwright/test'
import { ADMINISTRATOR } from './administration'
import { chooseFiles, expectShown, imageFile } from './files'
import { BASE_PATH, sharedHost } from './shared-host'
import { test as base } from './test'
import {
  type Account,
  askToTheEnd,
  composer,
  endedAnswer,
  lastAnswer,
  newAccount,
  signOut,
  submitSignUp,
  untilCached,
} from './user'

const test = base.extend<{ strips: boolean; host: string }>({
  strips: [false, { option: true }],
  host: async ({ strips }, use) => {
    const proxy = sharedHost(strips)
    await use(await proxy.start())
    await proxy.stop()
  },
})

test.use({ serviceWorkers: 'allow' })

async function signUpBelow(page: Page, start: string): Promise<Account> {
  const account = newAccount()
  await page.goto(start)
  await page.getByRole('link', { name: 'Sign up' }).click()
  // Until it has loaded, the page of the sign-in stays.
  await expect(page.getByRole('heading', { name: 'Create your account' })).toBeVisible()
  await submitSignUp(page, account)
  await expect(composer(page)).toBeVisible()
  return account
}

const storedNames = (page: Page) =>
  page.evaluate(() => [...Object.keys(localStorage), ...Object.keys(sessionStorage)].sort())

for (const [does, strips] of [
  ['removes', true],
  ['keeps', false],
] as const)
  test.describe(`behind a proxy that ${does} the path`, () => {
    test.use({ strips })

    test('a user signs up, chats, attaches an image, and returns by a deep link', async ({ page, host }) => {
      await signUpBelow(page, `${host}${BASE_PATH}/`)
      expect(new URL(page.url()).pathname).toBe(`${BASE_PATH}/`)
      await chooseFiles(page, [imageFile('view.png')])
      await askToTheEnd(
        page,
        '[[text=Here it is:\n\n```mermaid\ngraph TD\n  Tea-->Cup\n```\n\nThat is all.]] Draw',
      )
      await expect(lastAnswer(page).frameLocator('iframe').getByText('Cup')).toBeVisible()
      const place = page.url()
      expect(new URL(place).pathname).toMatch(new RegExp(`^${BASE_PATH}/c/[\\w-]+$`))

      await page.reload()
      await endedAnswer(page)
      const image = page.getByRole('article', { name: 'You' }).locator('img')
      await image.scrollIntoViewIfNeeded()
      await expectShown(image, 1)
      const tab = await page.context().newPage()
      await tab.goto(place)
      await endedAnswer(tab)
      await tab.getByRole('link', { name: 'New chat' }).first().click()
      await expect(tab).toHaveURL(`${host}${BASE_PATH}/`)
    })

    test('the page opens without a network', async ({ page, context, host }) => {
      await page.goto(`${host}${BASE_PATH}/login`)
      const scope = await page.evaluate(async () => (await navigator.serviceWorker.ready).scope)
      expect(scope).toBe(`${host}${BASE_PATH}/`)
      await untilCached(page)
      for (const name of await page.evaluate(() => caches.keys()))
        expect(name).toContain(`${BASE_PATH}:build:`)
      await context.setOffline(true)
      await page.reload()
      await expect(page.getByRole('heading', { name: 'You are offline' })).toBeVisible()
    })

    test('the administration works', async ({ page, host }) => {
      const failed: string[] = []
      page.on('response', (response) => {
        if (response.status() >= 400) failed.push(response.url())
      })
      await page.goto(`${host}${BASE_PATH}/admin/`)
      await page.locator('input[name=username]').fill(ADMINISTRATOR.username)
      await page.locator('input[name=password]').fill(ADMINISTRATOR.password)
      await page.locator('button[type=submit]').click()
      await page.locator(`a[href="${BASE_PATH}/admin/users/user/"]`).filter({ visible: true }).first().click()
      await expect(page.getByRole('link', { name: ADMINISTRATOR.username }).first()).toBeVisible()
      expect(failed).toEqual([])
    })
  })

test('two servers of one host share neither sessions nor what browsers keep', async ({ page, host }) => {
  await signUpBelow(page, `${host}${BASE_PATH}/`)
  await composer(page).fill('Half a thought')
  const names = await storedNames(page)
  expect(names).toEqual(names.map((name) => `${BASE_PATH}:${name.replace(`${BASE_PATH}:`, '')}`))

  const other = await page.context().newPage()
  await signUpBelow(other, `${host}/`)
  await signOut(other)
  await expect(other.getByRole('heading', { name: 'Welcome back' })).toBeVisible()

  await page.reload()
  await expect(composer(page)).toHaveValue('Half a thought')
})
