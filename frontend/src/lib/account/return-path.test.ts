// @vitest-environment node
import { expect, test } from 'vitest'
import { returnPath } from '@/lib/account/return-path'

test.each([
  ['/c/1?a=b', '/c/1?a=b'],
  [null, '/'],
  ['//evil.example', '/'],
  ['/\\evil.example', '/'],
  ['https://evil.example', '/'],
])('the path after signing in, for next=%j, is %s', (next, path) => {
  expect(returnPath(next)).toBe(path)
})
