import { expect, type Page } from '@playwright/test'
import { flaws } from './axe'
import { test } from './test'
import { tourAll } from './tour'
import { foreignWords } from './words'

// What is wrong is told whole; a trace of all these screens would take longer than the way.
test.use({ trace: 'off' })

/** What moves although the person asked that nothing should. */
async function movements(page: Page): Promise<string[]> {
  return page.evaluate(() =>
    document
      .getAnimations()
      .filter(({ effect }) => Number(effect?.getComputedTiming().duration) > 1)
      .map(
        (animation) => `moves: ${animation instanceof CSSAnimation ? animation.animationName : 'transition'}`,
      ),
  )
}

// Each theme with one of the languages: between them every screen is seen in both.
for (const [colorScheme, language] of [
  ['light', 'zh-TW'],
  ['dark', 'en'],
] as const) {
  test.describe(`${colorScheme}, ${language}`, () => {
    test.use({ colorScheme, locale: language, contextOptions: { reducedMotion: 'reduce' } })

    test('no screen has a flaw that axe finds, a word of another language, or anything that moves', async ({
      page,
      request,
      complaints,
    }) => {
      test.setTimeout(300_000)
      const found: Record<string, string[]> = {}
      await tourAll({
        page,
        request,
        language,
        visit: async (screen, spoken) => {
          const wrong = [
            ...(await flaws(page)),
            ...(await foreignWords(page, language, spoken)),
            ...(await movements(page)),
          ]
          if (wrong.length > 0) found[screen] = wrong
          // It was brought about.
          if (screen === 'crashed') complaints.length = 0
        },
      })
      expect(found).toEqual({})
    })
  })
}
