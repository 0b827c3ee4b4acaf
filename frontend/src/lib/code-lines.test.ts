import { expect, test } from 'vitest'
import { codePieces } from '@/lib/code-lines'

const lines = (count: number) => Array.from({ length: count }, (_, index) => `line ${index}`)

test.each([1, 99, 100, 101, 250])('the pieces of %i lines joined are the code', (count) => {
  const code = lines(count).join('\n')
  expect(codePieces(code).join('')).toBe(code)
})

test('what is complete stays the same while the code grows', () => {
  const code = lines(350).join('\n')
  expect(codePieces(code).slice(0, 2)).toEqual(codePieces(code.slice(0, -800)).slice(0, 2))
  expect(codePieces(code)).toHaveLength(4)
})
