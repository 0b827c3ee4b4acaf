/** Takes the screenshots of models and model services (`make screens`). */
import { expect, type Page } from '@playwright/test'
import { ADMINISTRATOR } from './administration'
import { newGate, scriptModel } from './model'
import type { ModelList } from '@/types/api'
import { mockModels, mockServices } from './mock-models'
import { DESKTOP, inEachLanguage, PHONE, showUsername, signUpShownUser, takeScreenshot } from './screenshot'
import { SCREEN_TEXTS } from './screen-texts'
import { test } from './test'
import { filled, type Language, TEXTS } from './texts'
import { ask, askToTheEnd, authorization, changeConversation, composer, endedAnswer, signIn } from './user'

test.describe.configure({ mode: 'serial' })
test.use({ contextOptions: { reducedMotion: 'reduce' }, viewport: DESKTOP })

inEachLanguage('models', async (page, language) => {
  await signUpShownUser(page, language)
  await captureEfforts(page, language)
  await captureEmptyAnswer(page, language)
  await captureRetiredModel(page, language)
})

inEachLanguage('waits', async (page, language) => {
  await signUpShownUser(page, language)
  await captureWait(page, language)
  await captureBusyService(page, language)
})

inEachLanguage('model services', async (page, language) => {
  const { settings, models, modelService } = TEXTS[language]
  await showUsername(page, SCREEN_TEXTS[language].username)
  await page.goto('/login?next=%2F%3Fsettings%3Dmodels')
  await mockModels(page, { name: 'gpt-5.5' })
  await mockServices(page)
  await signIn(page, ADMINISTRATOR.username, ADMINISTRATOR.password, language)
  await expect(page.getByRole('tabpanel', { name: settings.tabs.models })).toBeVisible()
  await expect(page.getByRole('button', { name: modelService.edit }).first()).toBeVisible()
  await expect(page.getByRole('region', { name: models.retiringSoon })).toBeVisible()
  await takeScreenshot(page, `model-services-light-${language}`)
  await page.emulateMedia({ colorScheme: 'dark' })
  await page.setViewportSize(PHONE)
  await takeScreenshot(page, `model-services-phone-dark-${language}`)
})

async function captureEfforts(page: Page, language: Language): Promise<void> {
  const { effort } = TEXTS[language]
  await mockModels(page, { name: 'gpt-5.5', efforts: ['none', 'low', 'medium', 'high', 'xhigh'] })
  await page.reload()
  await composer(page, language).fill(SCREEN_TEXTS[language].question)
  await page.getByRole('button', { name: filled(effort.current, { name: effort.default }) }).click()
  await expect(page.getByRole('menuitemradio', { name: effort.xhigh })).toBeVisible()
  await takeScreenshot(page, `effort-light-${language}`)
  await page.keyboard.press('Escape')
}

/** Takes a screenshot of an answer with reasoning and no text, with the button that tries a lower effort. */
async function captureEmptyAnswer(page: Page, language: Language): Promise<void> {
  const { actions } = TEXTS[language]
  await scriptModel({ text: '', reasoning: 40 })
  await askToTheEnd(page, SCREEN_TEXTS[language].question, language)
  await scriptModel({})
  const response = await page.request.get('/api/models', { headers: await authorization(page) })
  const { default: model } = (await response.json()) as ModelList
  await changeConversation(page, { model, reasoning_effort: 'high' })
  await page.reload()
  await expect(page.getByRole('button', { name: actions.retryWithLess })).toBeVisible()
  await takeScreenshot(page, `empty-answer-light-${language}`)
}

/** Takes a screenshot of a question whose answer has not begun: the service sends keep-alives. */
async function captureWait(page: Page, language: Language): Promise<void> {
  const { chat } = TEXTS[language]
  const gate = newGate()
  await scriptModel({ gate: gate.name, keep_alive: 1 })
  await ask(page, SCREEN_TEXTS[language].question, language)
  await expect(page.getByText(filled(chat.waitingFor, { seconds: '12' }))).toBeVisible()
  await expect(page.getByText(chat.serviceAlive)).toBeVisible()
  await takeScreenshot(page, `waiting-light-${language}`)
  await scriptModel({})
  await gate.open(100)
  await endedAnswer(page, language)
}

/** Takes a screenshot of an answer that failed because the service is busy, with the time to the next try. */
async function captureBusyService(page: Page, language: Language): Promise<void> {
  const { errors } = TEXTS[language]
  await scriptModel({ fail: 429, retry_after: '59' })
  await page.goto('/')
  await askToTheEnd(page, SCREEN_TEXTS[language].question, language)
  await scriptModel({})
  const sentence = errors.AI_OVERLOADED_FOR.split('{{time}}')[0] ?? ''
  await expect(page.getByText(sentence).last()).toBeVisible()
  await takeScreenshot(page, `busy-light-${language}`)
}

/** Takes screenshots of a chat whose model the service has retired; the page stays dark, and as small as a phone. */
async function captureRetiredModel(page: Page, language: Language): Promise<void> {
  const { title, question, answer } = SCREEN_TEXTS[language]
  await scriptModel({ text: answer })
  await page.goto('/')
  await askToTheEnd(page, question, language)
  await scriptModel({})
  await changeConversation(page, { title })
  await mockModels(page, { name: 'gpt-4-turbo', available: false, missing: 'retired', successor: 'gpt-5.4' })
  await page.reload()
  const button = filled(TEXTS[language].models.switchTo, { name: 'gpt-5.4' })
  await expect(page.getByRole('button', { name: button })).toBeVisible()
  await takeScreenshot(page, `retired-model-light-${language}`)
  await page.emulateMedia({ colorScheme: 'dark' })
  await page.setViewportSize(PHONE)
  await takeScreenshot(page, `retired-model-phone-dark-${language}`)
}
