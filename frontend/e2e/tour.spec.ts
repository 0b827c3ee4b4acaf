import { expect, type Page } from '@playwright/test'
import { findViolations } from './axe'
import { test } from './test'
import { tourAll } from './tour'
import { foreignWords } from './foreign-words'

/** Animations that run although the user asked for reduced motion. */
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

// Each theme with one of the languages, so that every screen is checked in both themes and both languages.
for (const [colorScheme, language] of [
  ['light', 'zh-TW'],
  ['dark', 'en'],
] as const) {
  test.describe(`${colorScheme}, ${language}`, () => {
    test.use({ colorScheme, locale: language, contextOptions: { reducedMotion: 'reduce' } })

    test('no screen has an axe violation, a word of the other language, or an animation', async ({
      page,
      request,
      pageErrors,
    }) => {
      test.setTimeout(300_000)
      const found: Record<string, string[]> = {}
      await tourAll({
        page,
        request,
        language,
        visit: async (screen, spoken) => {
          const wrong = [
            ...(await findViolations(page)),
            ...(await foreignWords(page, language, spoken)),
            ...(await movements(page)),
          ]
          if (wrong.length > 0) found[screen] = wrong
          // The tour caused this error.
          if (screen === 'crashed') pageErrors.length = 0
        },
      })
      expect(found).toEqual({})
    })
  })
}
