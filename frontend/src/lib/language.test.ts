// @vitest-environment node
import { expect, test } from 'vitest'
import { preferredLanguage } from '@/lib/language'

test.each([
  [['zh-TW'], 'zh-TW'],
  [['zh-CN', 'en'], 'zh-TW'],
  [['ZH'], 'zh-TW'],
  [['en-US', 'zh-TW'], 'en'],
  [['fr'], 'en'],
  [[], 'en'],
] as const)('the language of a first visit with the browser languages %j is %s', (wanted, language) => {
  expect(preferredLanguage(wanted)).toBe(language)
})
