import { expect, type Page } from '@playwright/test'
import { newGate } from './model'
import { ask, composer, endedAnswer, lastAnswer, shownWords, startSignedIn, words } from './user'
import { test } from './test'

/** As the translators of browsers do: each text outside `translate="no"` becomes another in a `<font>`. */
async function translatePage(page: Page): Promise<void> {
  await page.evaluate(() => {
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
    const texts: Text[] = []
    while (walker.nextNode()) texts.push(walker.currentNode as Text)
    for (const text of texts) {
      if (text.parentElement?.closest('[translate="no"], script, style, textarea') || text.data.trim() === '')
        continue
      const font = document.createElement('font' as string)
      font.textContent = text.data.toUpperCase()
      text.replaceWith(font)
    }
  })
}

test('a translated page shows growing answers whole, translates them at their end, and leaves code', async ({
  page,
}) => {
  await startSignedIn(page)
  const { knob, open } = newGate()
  await ask(page, `[[tokens=30]] ${knob} Count`)
  await open(10)
  await expect(lastAnswer(page)).toContainText('w10')
  await translatePage(page)
  await open(10)
  await expect(lastAnswer(page)).toContainText('w20')
  await translatePage(page)
  await open(100)
  expect(await shownWords(await endedAnswer(page))).toBe(words(30))
  await translatePage(page)
  await expect(lastAnswer(page)).toContainText('W30')

  await ask(page, '[[text=Call `run()` and wait.]] Next')
  await expect(page.getByRole('article')).toHaveCount(4)
  await endedAnswer(page)
  await translatePage(page)
  await expect(lastAnswer(page)).toContainText('CALL run() AND WAIT.')
  await expect(composer(page)).toHaveValue('')
})
