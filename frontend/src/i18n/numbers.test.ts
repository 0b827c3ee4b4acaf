import i18next from 'i18next'
import { expect, test } from 'vitest'
import { startI18n } from '@/i18n'

test.each([
  ['en', '1,234 characters over the limit', '1,500 of 12,000'],
  ['zh-TW', '超過上限 1,234 個字元', '1,500'],
] as const)('numbers in %s texts have grouped digits', async (language, tooLong, position) => {
  await startI18n(language)
  expect(i18next.t('app.tooLong', { count: 1234 })).toBe(tooLong)
  expect(i18next.t('attachments.position', { index: 1500, total: 12_000 })).toContain(position)
})
