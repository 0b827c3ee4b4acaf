/** Steps of a user that many tests share. */
import { randomUUID } from 'node:crypto'
import { type APIRequestContext, expect, type Locator, type Page } from '@playwright/test'
import type { Conversation } from '@/types/api'
import { type Language, TEXTS } from './texts'

export const PASSWORD = 'correct-horse-battery'

export interface Account {
  email: string
  username: string
}

export function newAccount(): Account {
  const username = `e2e-${randomUUID().slice(0, 13)}`
  return { username, email: `${username}@example.com` }
}

/** Creates an account and signs it in through the API, and opens the page that begins a chat. */
export async function startSignedIn(page: Page, account: Account = newAccount()): Promise<Account> {
  const registered = await page.request.post('/api/auth/register', {
    data: { ...account, password: PASSWORD },
  })
  expect(registered.status()).toBe(201)
  // Its cookie is the page's too.
  const signedIn = await page.request.post('/api/auth/token/pair', {
    data: { username: account.username, password: PASSWORD },
    headers: { 'X-Client': 'web' },
  })
  expect(signedIn.status()).toBe(200)
  await page.goto('/')
  await expect(composer(page)).toBeVisible()
  return account
}

/** Opens another tab of the user, on the page that begins a chat. */
export async function openTab(page: Page): Promise<Page> {
  const tab = await page.context().newPage()
  await tab.goto('/')
  await expect(composer(tab)).toBeVisible()
  return tab
}

/** Signs up a new user, which ends on the new-chat page. */
export async function signUp(
  page: Page,
  account: Account = newAccount(),
  language: Language = 'en',
): Promise<Account> {
  await page.goto('/register')
  await submitSignUp(page, account, language)
  await expect(composer(page, language)).toBeVisible()
  return account
}

/** Fills the sign-up form in and sends it. */
export async function submitSignUp(
  page: Page,
  { email, username }: Account,
  language: Language = 'en',
): Promise<void> {
  const { auth } = TEXTS[language]
  await page.getByLabel(auth.email, { exact: true }).fill(email)
  await page.getByLabel(auth.username, { exact: true }).fill(username)
  await page.getByLabel(auth.password, { exact: true }).fill(PASSWORD)
  await page.getByRole('button', { name: auth.register }).click()
}

export async function signIn(
  page: Page,
  name: string,
  password: string = PASSWORD,
  language: Language = 'en',
): Promise<void> {
  const { auth } = TEXTS[language]
  await page.getByLabel(auth.name).fill(name)
  await page.getByLabel(auth.password, { exact: true }).fill(password)
  await page.getByRole('button', { name: auth.signIn }).click()
}

export async function signOut(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Account menu' }).click()
  await page.getByRole('menuitem', { name: 'Sign out' }).click()
  await expect(page).toHaveURL(/\/login/)
}

/** Signs the user in on another device, and signs out all other devices from there. */
export async function endSessionsElsewhere(request: APIRequestContext, { username }: Account): Promise<void> {
  const answer = await request.post('/api/auth/token/pair', { data: { username, password: PASSWORD } })
  const { access } = (await answer.json()) as { access: string }
  const ended = await request.delete('/api/auth/sessions/', {
    headers: { Authorization: `Bearer ${access}` },
  })
  expect(ended.status()).toBe(204)
}

/** Chooses an item of the menu of a conversation in the list. */
export async function chooseFromMenu(page: Page, title: string, item: string): Promise<void> {
  await page.getByRole('link', { name: title }).hover()
  await page.getByRole('button', { name: `Menu for “${title}”` }).click()
  await page.getByRole('menuitem', { name: item, exact: true }).click()
}

export function composer(page: Page, language: Language = 'en'): Locator {
  return page.getByRole('textbox', { name: TEXTS[language].composer.label, exact: true })
}

export async function ask(page: Page, text: string, language: Language = 'en'): Promise<void> {
  await composer(page, language).fill(text)
  await composer(page, language).press('Enter')
}

export function lastAnswer(page: Page, language: Language = 'en'): Locator {
  return page.getByRole('article', { name: TEXTS[language].chat.assistant, exact: true }).last()
}

/** The last answer, once it has ended with any status. */
export async function endedAnswer(page: Page, language: Language = 'en'): Promise<Locator> {
  const answer = lastAnswer(page, language)
  await expect(answer.getByRole('button', { name: TEXTS[language].actions.regenerate })).toBeVisible()
  return answer
}

/** Asks a question; returns its answer, once that has ended. */
export async function askToTheEnd(page: Page, text: string, language: Language = 'en'): Promise<Locator> {
  await ask(page, text, language)
  return endedAnswer(page, language)
}

export function stopButton(page: Page, language: Language = 'en'): Locator {
  return page.getByRole('button', { name: TEXTS[language].composer.stop })
}

/** The numbered words `w1 w2 …` with which the fake model answers `[[tokens=count]]`. */
export function words(count: number): string {
  return Array.from({ length: count }, (_, index) => `w${index + 1}`).join(' ')
}

/** The numbered words that the answer shows. */
export async function shownWords(answer: Locator): Promise<string> {
  const text = await answer.getByText(/^w1\s/).innerText()
  return text.split(/\s+/).join(' ').trim()
}

interface StoredMessage {
  content: string
  status: string
}

/** The id of the conversation that is open. */
function openId(page: Page): string {
  return new URL(page.url()).pathname.split('/').at(-1) ?? ''
}

/** The conversation's newest messages in the server's database, oldest first. */
export async function storedMessages(page: Page): Promise<StoredMessage[]> {
  const headers = await authorization(page)
  const answer = await page.request.get(`/api/conversations/${openId(page)}/messages?before=`, { headers })
  const { messages } = (await answer.json()) as { messages: StoredMessage[] }
  return messages
}

/** The texts of these messages. */
export async function storedTexts(page: Page): Promise<string[]> {
  return (await storedMessages(page)).map(({ content }) => content)
}

export async function storedAnswer(page: Page): Promise<StoredMessage> {
  const last = (await storedMessages(page)).at(-1)
  if (!last) throw new Error('the conversation is empty')
  return last
}

/** Requests an access token for the page's session. */
export async function accessToken(page: Page): Promise<string> {
  return page.evaluate(async () => {
    const refreshed = await fetch('/api/auth/token/refresh', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', 'X-Client': 'web' },
      body: '{}',
    })
    const { access } = (await refreshed.json()) as { access: string }
    return access
  })
}

/** The headers of a request of the page's user. */
export async function authorization(page: Page): Promise<{ Authorization: string }> {
  return { Authorization: `Bearer ${await accessToken(page)}` }
}

/** Changes the open conversation through the API. */
export async function changeConversation(page: Page, data: Partial<Conversation>): Promise<void> {
  const headers = await authorization(page)
  const answer = await page.request.patch(`/api/conversations/${openId(page)}`, { headers, data })
  expect(answer.ok()).toBe(true)
}

/** Waits until the service worker has cached the pages. */
export async function untilCached(page: Page): Promise<void> {
  await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined))
  await expect.poll(() => page.evaluate(() => navigator.serviceWorker.controller !== null)).toBe(true)
}

/** Turns off preloading: the page loads no code before it needs it, although the browser is idle. */
export async function withoutPreloading(page: Page): Promise<void> {
  await page.addInitScript(() => {
    window.requestIdleCallback = () => 0
  })
}
