import { expect } from '@playwright/test'
import { flaws } from './axe'
import { test } from './test'
import { tourAll } from './tour'
import { foreignWords } from './words'

// Each theme with one of the languages: between them every screen is seen in both.
for (const [colorScheme, language] of [
  ['light', 'zh-TW'],
  ['dark', 'en'],
] as const) {
  test.describe(`${colorScheme}, ${language}`, () => {
    test.use({ colorScheme, locale: language, contextOptions: { reducedMotion: 'reduce' } })

    test('no screen has a flaw that axe finds, or a word of another language', async ({
      page,
      request,
      complaints,
    }) => {
      test.slow()
      const found: Record<string, string[]> = {}
      await tourAll({
        page,
        request,
        language,
        visit: async (screen, spoken) => {
          const wrong = [...(await flaws(page)), ...(await foreignWords(page, language, spoken))]
          if (wrong.length > 0) found[screen] = wrong
          // It was brought about.
          if (screen === 'crashed') complaints.length = 0
        },
      })
      expect(found).toEqual({})
    })
  })
}
