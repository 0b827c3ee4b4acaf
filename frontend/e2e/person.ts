/** What the tests do again and again, as a person at the page does it. */
import { randomUUID } from 'node:crypto'
import { expect, type Locator, type Page } from '@playwright/test'

export const PASSWORD = 'correct-horse-battery'

export interface Account {
  email: string
  username: string
}

export function newAccount(): Account {
  const username = `e2e-${randomUUID().slice(0, 13)}`
  return { username, email: `${username}@example.com` }
}

/** Signs up a new person, who is then at the page that begins a chat. */
export async function signUp(page: Page, account: Account = newAccount()): Promise<Account> {
  await page.goto('/register')
  await page.getByLabel('Email').fill(account.email)
  await page.getByLabel('User name').fill(account.username)
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD)
  await page.getByRole('button', { name: 'Sign up' }).click()
  await expect(composer(page)).toBeVisible()
  return account
}

export function composer(page: Page): Locator {
  return page.getByRole('textbox', { name: 'Message', exact: true })
}

export async function ask(page: Page, text: string): Promise<void> {
  await composer(page).fill(text)
  await composer(page).press('Enter')
}

export function lastAnswer(page: Page): Locator {
  return page.getByRole('article', { name: 'AI' }).last()
}

/** The last answer, once it has ended in whatever way. */
export async function endedAnswer(page: Page): Promise<Locator> {
  const answer = lastAnswer(page)
  await expect(answer.getByRole('button', { name: 'Regenerate' })).toBeVisible()
  return answer
}

export function stopButton(page: Page): Locator {
  return page.getByRole('button', { name: 'Stop answering' })
}

/** The numbered words `w1 w2 …` that the fake model was asked for. */
export function words(count: number): string {
  return Array.from({ length: count }, (_, index) => `w${index + 1}`).join(' ')
}

/** What the answer shows of them. */
export async function shownWords(answer: Locator): Promise<string> {
  const text = await answer.getByText(/^w1\s/).innerText()
  return text.split(/\s+/).join(' ').trim()
}

/** The text of the conversation's last message as the server has it, asked for with a token of the page's session. */
export async function storedAnswer(page: Page): Promise<{ content: string; status: string }> {
  return page.evaluate(async () => {
    const refreshed = await fetch('/api/auth/token/refresh', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', 'X-Client': 'web' },
      body: '{}',
    })
    const { access } = (await refreshed.json()) as { access: string }
    const id = location.pathname.split('/').at(-1) ?? ''
    const answer = await fetch(`/api/conversations/${id}/messages?before=&page_size=1`, {
      headers: { Authorization: `Bearer ${access}` },
    })
    const { messages } = (await answer.json()) as { messages: { content: string; status: string }[] }
    const [last] = messages
    if (!last) throw new Error('the conversation is empty')
    return { content: last.content, status: last.status }
  })
}
