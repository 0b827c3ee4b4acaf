/** Visits every screen, in either language, and calls `visit` at each. */
import { randomUUID } from 'node:crypto'
import { type APIRequestContext, expect, type Locator, type Page } from '@playwright/test'
import { ADMINISTRATOR } from './administration'
import { controlConnections } from './connection'
import { newGate } from './model'
import {
  type Account,
  ask,
  composer,
  endedAnswer,
  endSessionsElsewhere,
  lastAnswer,
  newAccount,
  signIn,
  signUp,
  stopButton,
} from './user'
import { filled, type Language, TEXTS } from './texts'
import { USER_TEXTS } from './tour-texts'

export interface Tour {
  page: Page
  /** Acts as another device. */
  request: APIRequestContext
  language: Language
  /** Called at each screen, with its name and the texts on it that are not the product's. */
  visit: (screen: string, texts: readonly string[]) => Promise<void>
}

/** The tour inside its parts, which do not know the texts of the user. */
type Walk = Omit<Tour, 'visit'> & { visit: (screen: string) => Promise<void> }

const PHONE = { width: 390, height: 780 }

/** Visits all screens. The page must not be signed in. */
export async function tourAll({ visit, ...tour }: Tour): Promise<void> {
  const account = newAccount()
  const texts = [
    'Title of',
    account.email,
    account.username,
    ADMINISTRATOR.username,
    ...Object.values(USER_TEXTS[tour.language]),
  ]
  const walk: Walk = { ...tour, visit: (screen) => visit(screen, texts) }
  await tourGuests(walk)
  await signUp(walk.page, account, walk.language)
  await tourNewChat(walk)
  await tourChat(walk)
  await tourSidebar(walk)
  await tourSettings(walk)
  await tourPhone(walk)
  await tourTroubles(walk, account)
  await tourAdministration(walk)
}

async function tourGuests({ page, language, visit }: Walk): Promise<void> {
  const { auth, settings, app } = TEXTS[language]
  await page.goto('/login')
  await page.getByRole('button', { name: auth.signIn }).click()
  await expect(page.getByRole('alert').first()).toBeVisible()
  await visit('sign-in')
  await page.getByRole('button', { name: `${settings.theme} / ${settings.language}` }).click()
  await expect(page.getByRole('menu')).toBeVisible()
  await visit('preferences-menu')
  await page.goto('/register')
  await page.getByLabel(auth.password, { exact: true }).fill('123456789012')
  await page.getByRole('button', { name: auth.register }).click()
  await expect(page.getByRole('alert').first()).toBeVisible()
  await visit('sign-up')
  await page.goto(`/reset-password#token=${randomUUID()}`)
  await expect(page.getByLabel(auth.newPassword, { exact: true })).toBeVisible()
  await visit('reset-password')
  await page.goto('/no-such-page')
  await expect(page.getByRole('heading', { name: app.notFoundTitle })).toBeVisible()
  await visit('not-found')
}

async function tourNewChat({ page, language, visit }: Walk): Promise<void> {
  const { settings, palette } = TEXTS[language]
  const picker = modelPicker(page, language)
  await expect(picker).toBeEnabled()
  await visit('new-chat')
  await picker.click()
  await expect(page.getByRole('menuitemradio').first()).toBeVisible()
  await visit('model-menu')
  await page.keyboard.press('Escape')
  await page.getByRole('button', { name: settings.open }).click()
  await expect(page.getByLabel(settings.systemPrompt)).toBeVisible()
  await visit('chat-settings')
  await page.keyboard.press('Escape')
  await page.keyboard.press('ControlOrMeta+K')
  await expect(page.getByRole('group', { name: palette.commands })).toBeVisible()
  await visit('palette')
  await page.keyboard.press('Escape')
}

async function tourChat({ page, language, visit }: Walk): Promise<void> {
  const { chat, outbox, actions, palette } = TEXTS[language]
  const texts = USER_TEXTS[language]
  const gate = newGate()
  await ask(page, `[[reasoning=5]] [[markdown]] ${gate.knob} ${texts.question}`, language)
  await expect(lastAnswer(page, language)).toContainText(chat.thinking)
  await visit('waiting')
  await ask(page, `[[finish=length]] [[text=${texts.formula}]] ${texts.next}`, language)
  await ask(page, `[[fail=500]] ${texts.last}`, language)
  await gate.open(20)
  await expect(page.getByText(outbox['behind-others'])).toBeVisible()
  await expect(stopButton(page, language)).toBeVisible()
  await visit('writing')
  await gate.open(1000)
  await expect(lastAnswer(page, language).getByRole('button', { name: actions.retry })).toBeVisible()
  await expect(page.getByRole('article', { name: chat.assistant }).locator('math')).toHaveCount(1)
  await visit('answers')
  const answer = page.getByRole('article', { name: chat.assistant, exact: true }).first()
  await answer.hover()
  await answer.getByRole('button', { name: actions.more }).click()
  await expect(page.getByRole('menu')).toBeVisible()
  await visit('message-menu')
  await page.keyboard.press('Escape')
  await page.getByRole('article', { name: chat.you, exact: true }).last().hover()
  await page.getByRole('button', { name: actions.edit }).last().click()
  await expect(page.getByRole('textbox', { name: actions.editLabel })).toBeFocused()
  await visit('editing')
  await page.keyboard.press('Escape')
  await page.keyboard.press('ControlOrMeta+K')
  await expect(page.getByRole('combobox', { name: palette.label })).toBeFocused()
  await page.keyboard.type(texts.search)
  await expect(page.getByRole('group', { name: palette.found }).getByRole('option').first()).toBeVisible()
  await visit('palette-hits')
  await page.keyboard.press('Escape')
}

async function tourSidebar({ page, language, visit }: Walk): Promise<void> {
  const { sidebar } = TEXTS[language]
  const item = page.getByRole('navigation', { name: sidebar.conversations }).getByRole('listitem').first()
  const open = async (name: string) => {
    await item.hover()
    await item.getByRole('button').click()
    await page.getByRole('menuitem', { name, exact: true }).click()
  }
  await item.hover()
  await item.getByRole('button').click()
  await expect(page.getByRole('menu')).toBeVisible()
  await visit('conversation-menu')
  await page.keyboard.press('Escape')
  await open(sidebar.rename)
  await expect(page.getByRole('textbox', { name: sidebar.renameLabel })).toBeFocused()
  await page.keyboard.type(USER_TEXTS[language].title)
  await visit('renaming')
  await page.keyboard.press('Enter')
  await page.getByRole('button', { name: sidebar.account }).click()
  await expect(page.getByRole('menu')).toBeVisible()
  await visit('account-menu')
  await page.keyboard.press('Escape')
  await open(sidebar.archive)
  await expect(page.getByRole('button', { name: sidebar.undo })).toBeVisible()
  await visit('undo')
}

async function tourSettings({ page, language, visit }: Walk): Promise<void> {
  const { settings, app } = TEXTS[language]
  await page.goto('/?settings=general')
  const { models, ...tabs } = settings.tabs
  for (const [tab, name] of Object.entries(tabs)) {
    await page.getByRole('tab', { name, exact: true }).click()
    const panel = page.getByRole('tabpanel', { name, exact: true })
    await expect(panel).toBeVisible()
    await expect(panel.getByText(app.loading)).toBeHidden()
    if (tab === 'data') await panel.getByRole('button', { name: settings.deleteAccountStart }).click()
    await visit(`settings-${tab}`)
  }
  await expect(page.getByRole('tab', { name: models, exact: true })).toBeHidden()
  await page.getByRole('tab', { name: tabs.archived, exact: true }).click()
  const title = USER_TEXTS[language].title
  await page.getByRole('button', { name: filled(settings.unarchiveOf, { title }) }).click()
  await page.keyboard.press('Escape')
}

async function tourPhone({ page, language, visit }: Walk): Promise<void> {
  const { sidebar, actions, settings } = TEXTS[language]
  const size = page.viewportSize()
  await page.setViewportSize(PHONE)
  await visit('phone-new-chat')
  await page.getByRole('button', { name: sidebar.open }).click()
  const link = page.getByRole('dialog').getByRole('link', { name: USER_TEXTS[language].title })
  await expect(link).toBeVisible()
  await visit('phone-sidebar')
  await link.click()
  await expect(lastAnswer(page, language).getByRole('button', { name: actions.retry })).toBeVisible()
  await visit('phone-chat')
  const place = page.url()
  await page.goto('/?settings=shortcuts')
  await expect(page.getByRole('tab', { name: settings.tabs.shortcuts })).toBeInViewport({ ratio: 1 })
  await visit('phone-settings')
  await page.goto(place)
  if (size) await page.setViewportSize(size)
}

/** Visits the screens of failures: connection, session, deleted conversation, crash of the page. */
async function tourTroubles({ page, request, language, visit }: Walk, account: Account): Promise<void> {
  const { connection: texts, outbox, auth, chat, app } = TEXTS[language]
  const connection = await controlConnections(page)
  await page.reload()
  await endedAnswer(page, language)
  await connection.cut()
  await ask(page, USER_TEXTS[language].next, language)
  await expect(page.getByText(outbox.offline)).toBeVisible()
  await expect(page.getByText(texts.lost)).toBeVisible()
  await visit('offline')
  await page.goto(`/c/${randomUUID()}`)
  await expect(page.getByRole('heading', { name: chat.goneTitle })).toBeVisible()
  await visit('gone')
  connection.mend()
  await page.goto('/')
  await expect(composer(page, language)).toBeVisible()
  await endSessionsElsewhere(request, account)
  await expect(page.getByRole('dialog', { name: auth.endedTitle })).toBeVisible()
  await visit('session-ended')
  await page.getByRole('button', { name: auth.otherAccount }).click()
  await expect(page).toHaveURL(/\/login/)
  await signUp(page, newAccount(), language)
  await page.route('**/api/models', (route) => route.fulfill({ json: { models: 'none' } }))
  await page.reload()
  await expect(page.getByRole('heading', { name: app.crashedTitle })).toBeVisible()
  await visit('crashed')
  await page.unroute('**/api/models')
}

async function tourAdministration({ page, language, visit }: Walk): Promise<void> {
  const { settings, modelService } = TEXTS[language]
  await page.context().clearCookies()
  await page.goto('/login?next=%2F%3Fsettings%3Dmodels')
  await signIn(page, ADMINISTRATOR.username, ADMINISTRATOR.password, language)
  await expect(page.getByRole('tabpanel', { name: settings.tabs.models })).toBeVisible()
  const edit = page.getByRole('button', { name: modelService.edit }).first()
  await expect(edit).toBeVisible()
  await visit('settings-models')
  await edit.click()
  await expect(page.getByRole('button', { name: modelService.save })).toBeVisible()
  await visit('settings-model-service')
}

function modelPicker(page: Page, language: Language): Locator {
  const [start = ''] = TEXTS[language].models.current.split('{{')
  return page.getByRole('button', { name: start })
}
