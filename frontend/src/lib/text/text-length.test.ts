// @vitest-environment node
import { expect, test } from 'vitest'
import { checkLength } from '@/lib/text/text-length'

test('the characters left are reported only near the limit', () => {
  expect(checkLength('x'.repeat(100), 1_000)).toEqual({ left: null, over: 0 })
  expect(checkLength('x'.repeat(997), 1_000)).toEqual({ left: 3, over: 0 })
})

test('the length is counted in code points', () => {
  expect(checkLength('😀'.repeat(1_000), 1_000)).toEqual({ left: 0, over: 0 })
  expect(checkLength('😀'.repeat(1_002), 1_000)).toEqual({ left: 0, over: 2 })
})

test('no text is too long before the limit is known', () => {
  expect(checkLength('x'.repeat(50_000))).toEqual({ left: null, over: 0 })
})
