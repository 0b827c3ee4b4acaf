/** Takes the screenshots of images and files (`make screens`). */
import { expect, type Page } from '@playwright/test'
import { chooseFiles, imageFile, textFile } from './files'
import { scriptModel } from './model'
import { DESKTOP, inEachLanguage, PHONE, signUpShownUser, takeScreenshot } from './screenshot'
import { FILE_TEXTS } from './screen-texts'
import { test } from './test'
import { filled, type Language, TEXTS } from './texts'
import { composer, endedAnswer } from './user'

test.describe.configure({ mode: 'serial' })
test.use({ contextOptions: { reducedMotion: 'reduce' }, viewport: DESKTOP })

inEachLanguage('images and files', async (page, language) => {
  await signUpShownUser(page, language)
  const { chips, first, question, answer } = await addFiles(page, language)
  await expect(chips.locator('img')).toHaveCount(2)
  await composer(page, language).fill(question)
  await takeScreenshot(page, `attachments-light-${language}`)
  await scriptModel({ text: answer })
  await composer(page, language).press('Enter')
  const shown = await endedAnswer(page, language)
  await expect(shown.locator('strong')).toBeVisible()
  await scriptModel({})
  await takeScreenshot(page, `attachments-sent-light-${language}`)
  await page.emulateMedia({ colorScheme: 'dark' })
  await page.setViewportSize(PHONE)
  await takeScreenshot(page, `attachments-phone-dark-${language}`)
  await page.setViewportSize(DESKTOP)
  await page.getByRole('button', { name: filled(TEXTS[language].attachments.open, { name: first }) }).click()
  await expect(page.getByRole('dialog').getByRole('img')).toBeVisible()
  await takeScreenshot(page, `viewer-dark-${language}`)
})

async function addFiles(page: Page, language: Language) {
  const { add, uploaded } = TEXTS[language].attachments
  const { images, document, ...texts } = FILE_TEXTS[language]
  const [first, second] = images
  const files = [
    imageFile(first, 600, 400, [220, 90, 40]),
    imageFile(second, 400, 600, [30, 110, 160]),
    textFile(document.name, document.text),
  ]
  await chooseFiles(page, files, add)
  for (const { name } of files) await expect(page.getByText(filled(uploaded, { name }))).toBeAttached()
  return { ...texts, first, chips: page.locator('form').getByRole('listitem') }
}
