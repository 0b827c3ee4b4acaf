/** Takes the screenshots in docs/screens/ (`make screens`) of the running product, with invented conversations. */
import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { expect, type Page } from '@playwright/test'
import { listManyModels } from './many-models'
import { scriptModel } from './model'
import { RIGHT_TO_LEFT } from './right-to-left'
import { askToTheEnd, authorization, signUp } from './user'
import { inEachLanguage, PHONE, SCREENS_DIR, signUpShownUser, takeScreenshot } from './screenshot'
import { SCREEN_TEXTS } from './screen-texts'
import { test } from './test'
import { type Language, TEXTS } from './texts'

const DAY_MS = 86_400_000
const DESKTOP = { width: 1280, height: 880 }

// A script for the model applies to every question at that time, so the tests must not run in parallel.
test.describe.configure({ mode: 'serial' })
test.use({ deviceScaleFactor: 1.5, contextOptions: { reducedMotion: 'reduce' } })

inEachLanguage('screenshots', async (page, language) => {
  await prepare(page, language)
  for (const theme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme: theme })
    await page.setViewportSize(DESKTOP)
    await takeScreenshot(page, `chat-${theme}-${language}`)
    await page.setViewportSize(PHONE)
    await takeScreenshot(page, `phone-${theme}-${language}`)
  }
  await page.setViewportSize(DESKTOP)
  // `make screens` makes a screenshot of its first page.
  await page.pdf({ path: join(SCREENS_DIR, `printed-${language}.pdf`), format: 'A4' })
  await captureOtherPages(page, language)
  await captureModels(page, language)
})

test('a chat in Arabic', async ({ page }) => {
  const { title, question, answer } = RIGHT_TO_LEFT.Arabic
  await signUp(page)
  await page.setViewportSize(DESKTOP)
  await page.emulateMedia({ colorScheme: 'light' })
  await askInNewConversation(page, { title, question, answer })
  await takeScreenshot(page, 'arabic-light-en')
})

/** Takes screenshots of the new-chat page, the settings, and a search. */
async function captureOtherPages(page: Page, language: Language): Promise<void> {
  const { settings, palette } = TEXTS[language]
  await page.emulateMedia({ colorScheme: 'light' })
  await openNewChat(page, language)
  await takeScreenshot(page, `new-chat-light-${language}`)
  await page.goto('/?settings=appearance')
  await expect(page.getByRole('radio', { name: settings.textSizes.medium })).toBeVisible()
  await takeScreenshot(page, `settings-light-${language}`)
  await page.emulateMedia({ colorScheme: 'dark' })
  await openNewChat(page, language)
  await page.keyboard.press('ControlOrMeta+K')
  await expect(page.getByRole('combobox', { name: palette.label })).toBeFocused()
  await page.keyboard.type(SCREEN_TEXTS[language].search)
  await expect(page.getByRole('group', { name: palette.found }).getByRole('option').nth(1)).toBeVisible()
  await takeScreenshot(page, `palette-dark-${language}`)
}

/** Waits for the list of conversations too. */
async function openNewChat(page: Page, language: Language): Promise<void> {
  await page.goto('/')
  await expect(page.getByRole('heading', { name: TEXTS[language].home.greeting })).toBeVisible()
  await expect(page.getByRole('link', { name: SCREEN_TEXTS[language].title })).toBeVisible()
}

/** Takes a screenshot of the choice among 320 models on a phone. */
async function captureModels(page: Page, language: Language): Promise<void> {
  const { current, search } = TEXTS[language].models
  await listManyModels(page)
  await page.emulateMedia({ colorScheme: 'light' })
  await page.setViewportSize(PHONE)
  await page.goto('/')
  await page.getByRole('button', { name: current.split('{{')[0] ?? '' }).click()
  await page.getByRole('combobox', { name: search }).fill(SCREEN_TEXTS[language].modelSearch)
  await expect(page.getByRole('option').nth(1)).toBeVisible()
  await takeScreenshot(page, `models-phone-light-${language}`)
}

/** Signs up a user with earlier conversations, and asks one question. */
async function prepare(page: Page, language: Language): Promise<void> {
  const { earlier, title, question, answer } = SCREEN_TEXTS[language]
  await signUpShownUser(page, language)
  for (const conversation of earlier) await makeConversation(page, conversation)
  await showAges(page, new Map(earlier.map((one) => [one.title, one.daysAgo])))
  await askInNewConversation(page, { title, question, answer }, language)
}

/** Asks one question in a new conversation with this title, and shows it once it is answered. */
async function askInNewConversation(
  page: Page,
  { title, question, answer }: Record<'title' | 'question' | 'answer', string>,
  language: Language = 'en',
): Promise<void> {
  await scriptModel({ text: answer })
  const id = await makeConversation(page, { title })
  await page.goto(`/c/${id}`)
  await expect(page.getByRole('log')).toBeVisible()
  await askToTheEnd(page, question, language)
  await scriptModel({})
  await page.reload()
  await expect(page.getByRole('heading', { level: 1, name: title })).toBeVisible()
  await expect(page.getByRole('table')).toBeVisible()
}

async function makeConversation(
  page: Page,
  { title, isPinned = false }: { title: string; isPinned?: boolean },
) {
  const id = randomUUID()
  const headers = await authorization(page)
  await page.request.post('/api/conversations/', { headers, data: { id, title } })
  if (isPinned) await page.request.patch(`/api/conversations/${id}`, { headers, data: { is_pinned: true } })
  return id
}

/** Makes the list show these ages in days, by title. */
async function showAges(page: Page, daysAgo: Map<string, number>): Promise<void> {
  await page.route('**/api/conversations/?*', async (route) => {
    const response = await route.fetch()
    const list = (await response.json()) as { conversations: { title: string; updated_at: string }[] }
    for (const conversation of list.conversations) {
      const age = (daysAgo.get(conversation.title) ?? 0) * DAY_MS
      conversation.updated_at = new Date(Date.parse(conversation.updated_at) - age).toISOString()
    }
    await route.fulfill({ response, json: list })
  })
}
