/** Takes the screenshots of the lab (`make screens`). */
import { expect } from '@playwright/test'
import { scriptModel } from './model'
import { inEachLanguage, signUpShownUser, takeScreenshot } from './screenshot'
import { test } from './test'
import { filled, TEXTS } from './texts'

/** Slow enough to be cut twice, in pieces of the answer per second. */
const RATE = 8

const LAB = {
  en: {
    question: 'How do the tides work?',
    answer: `Twice a day the sea rises and falls, and the Moon does most of the work. Its gravity pulls a little more on the side of the Earth that faces it than on the centre, and a little less on the far side. The difference stretches the oceans into two shallow bulges: one towards the Moon, one away from it.

The Earth turns beneath these bulges, so most coasts see two high tides in a little less than twenty-five hours. The extra fifty minutes are the Moon's own: while the Earth turns once, the Moon has moved on along its path.`,
  },
  'zh-TW': {
    question: '潮汐是怎麼形成的？',
    answer: `海水每天漲落兩次，主要來自月球的引力。面向月球的那一側，受到的引力比地心稍強；背向月球的那一側則稍弱。這一點點差異把海水拉成兩個微微的隆起：一個朝向月球，一個背向月球。

地球在這兩個隆起之下自轉，所以大多數海岸在不到二十五小時內，會遇到兩次滿潮。多出來的五十分鐘來自月球本身：地球轉一圈的同時，月球也沿著軌道往前走了一段。`,
  },
}

test.describe.configure({ mode: 'serial' })
test.use({ contextOptions: { reducedMotion: 'reduce' }, viewport: { width: 1280, height: 880 } })

inEachLanguage('the lab', async (page, language) => {
  const { lab } = TEXTS[language]
  const { question, answer } = LAB[language]
  const connection = (number: number) =>
    page.getByRole('region', { name: filled(lab.connection, { number }), exact: true })
  const reconnects = connection(1).locator('dl > div').filter({ hasText: lab.numbers.reconnects })
  await signUpShownUser(page, language)
  await page.goto('/lab')
  await page.getByRole('textbox', { name: lab.question }).fill(question)
  await scriptModel({ text: answer, rate: RATE })
  try {
    await page.getByRole('button', { name: lab.ask, exact: true }).click()
    for (const count of ['1', '2']) {
      await connection(1).getByRole('button', { name: lab.cut }).click()
      await expect(reconnects.getByRole('definition')).toHaveText(count)
    }
    await page.getByRole('button', { name: lab.second }).click()
    await expect(connection(2).getByRole('region')).toContainText(answer.slice(0, 12))
    await takeScreenshot(page, `lab-light-${language}`)
  } finally {
    await scriptModel({})
  }
})
