// @vitest-environment node
import { describe, expect, test } from 'vitest'
import { dateGroupOf } from '@/lib/lists/date-groups'
import { preferredLanguage } from '@/lib/language'
import { checkLength } from '@/lib/text/text-length'
import { returnPath } from '@/lib/account/return-path'

describe('the length of a message', () => {
  test('is reported only near the limit', () => {
    expect(checkLength('x'.repeat(100), 1_000)).toEqual({ left: null, over: 0 })
    expect(checkLength('x'.repeat(997), 1_000)).toEqual({ left: 3, over: 0 })
  })

  test('is counted in code points', () => {
    expect(checkLength('😀'.repeat(1_000), 1_000)).toEqual({ left: 0, over: 0 })
    expect(checkLength('😀'.repeat(1_002), 1_000)).toEqual({ left: 0, over: 2 })
  })

  test('is never over the limit before the limit is known', () => {
    expect(checkLength('x'.repeat(50_000))).toEqual({ left: null, over: 0 })
  })
})

describe('the path after signing in', () => {
  test.each([
    ['/c/1?a=b', '/c/1?a=b'],
    [null, '/'],
    ['//evil.example', '/'],
    ['/\\evil.example', '/'],
    ['https://evil.example', '/'],
  ])('for next=%j is %s', (next, path) => {
    expect(returnPath(next)).toBe(path)
  })
})

describe('the language of a first visit', () => {
  test.each([
    [['zh-TW'], 'zh-TW'],
    [['zh-CN', 'en'], 'zh-TW'],
    [['ZH'], 'zh-TW'],
    [['en-US', 'zh-TW'], 'en'],
    [['fr'], 'en'],
    [[], 'en'],
  ] as const)('with the browser languages %j is %s', (wanted, language) => {
    expect(preferredLanguage(wanted)).toBe(language)
  })
})

describe('the date group of a conversation', () => {
  const now = new Date(2026, 4, 20, 9, 0)
  test.each([
    [new Date(2026, 4, 20, 0, 0), 'today'],
    [new Date(2026, 4, 19, 23, 59), 'yesterday'],
    [new Date(2026, 4, 18, 12, 0), 'week'],
    [new Date(2026, 4, 1, 12, 0), 'month'],
    [new Date(2026, 2, 1, 12, 0), 'older'],
  ])('from %s is %s', (time, kind) => {
    expect(dateGroupOf(time.toISOString(), now).kind).toBe(kind)
  })
})
