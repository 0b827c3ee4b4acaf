/** Steps of an administrator, in the settings and in the pages under `/admin`. */
import { type APIRequestContext, expect, type Page, request } from '@playwright/test'
import { PASSWORD, signIn } from './user'

/** The account that `first-run.setup.ts` signs up. */
export const ADMINISTRATOR = { email: 'root@example.com', username: 'root', password: PASSWORD }

/** Signs the administrator in, with the settings of the model services open. */
export async function signInToModelSettings(page: Page): Promise<void> {
  await page.goto('/login?next=%2F%3Fsettings%3Dmodels')
  await signIn(page, ADMINISTRATOR.username)
  await expect(page.getByRole('tab', { name: 'Models' })).toHaveAttribute('aria-selected', 'true')
}

/** Returns a link with which the user can set a new password. */
export async function makeResetLink(baseURL: string, userId: string): Promise<string> {
  return inAdministration(baseURL, async (post) => {
    const page = await post('/admin/users/user/', { action: 'make_reset_links', _selected_action: userId })
    return linkIn(page, /\/reset-password#token=[\w-]+/)
  })
}

/** Returns a link with which one user can sign up. */
export async function makeInvitation(baseURL: string): Promise<string> {
  return inAdministration(baseURL, async (post) =>
    linkIn(await post('/admin/users/invitation/add/', { email: '' }), /\/register#invite=[\w-]+/),
  )
}

type Post = (path: string, form: Record<string, string>) => Promise<string>

async function inAdministration<T>(baseURL: string, work: (post: Post) => Promise<T>): Promise<T> {
  const browser = await request.newContext({ baseURL })
  const post: Post = async (path, form) => {
    const answer = await browser.post(path, {
      form: { ...form, csrfmiddlewaretoken: await csrfToken(browser) },
      headers: { Referer: `${baseURL}${path}` },
    })
    expect(answer.ok()).toBe(true)
    return answer.text()
  }
  await browser.get('/admin/login/')
  const { username, password } = ADMINISTRATOR
  await post('/admin/login/', { username, password })
  const result = await work(post)
  await browser.dispose()
  return result
}

async function csrfToken(browser: APIRequestContext): Promise<string> {
  const { cookies } = await browser.storageState()
  return cookies.find(({ name }) => name === 'csrftoken')?.value ?? ''
}

function linkIn(page: string, pattern: RegExp): string {
  const [link] = pattern.exec(page) ?? []
  if (link === undefined) throw new Error('the page shows no link')
  return link
}
