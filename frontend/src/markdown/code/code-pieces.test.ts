// @vitest-environment node
import { expect, test } from 'vitest'
import { codePieces, isColoured } from '@/markdown/code/code-pieces'

const lines = (count: number) => Array.from({ length: count }, (_, index) => `line ${index}`)

test.each([1, 39, 40, 60, 61, 250])('the pieces of %i lines joined equal the code', (count) => {
  const code = lines(count).join('\n')
  expect(codePieces(code).join('')).toBe(code)
})

test('a piece ends at a blank line if there is one', () => {
  const code = [...lines(45), '', ...lines(80)].join('\n')
  expect(codePieces(code).map((piece) => piece.split('\n').length - 1)).toEqual([46, 60, 19])
})

test('a piece of long lines ends earlier', () => {
  const code = Array.from({ length: 40 }, () => 'x'.repeat(199)).join('\n')
  expect(codePieces(code).map((piece) => piece.length)).toEqual([2600, 2600, 2600, 199])
})

test.each([
  ['quotation marks', '"`'.repeat(201)],
  ['quotation marks among others', `${'x'.repeat(8)}'`.repeat(401)],
  ['one long line', 'x'.repeat(4_001)],
])('a piece of %s is not highlighted', (_, piece) => {
  expect(isColoured(piece)).toBe(false)
})

test('ordinary pieces are highlighted', () => {
  expect(isColoured('  "name": "value",\n'.repeat(60))).toBe(true)
})

test('completed pieces do not change while the code grows', () => {
  const code = [...lines(45), '', ...lines(300)].join('\n')
  let before: string[] = []
  for (let length = 0; length <= code.length; length += 11) {
    const pieces = codePieces(code.slice(0, length))
    const done = before.slice(0, -1)
    expect(pieces.slice(0, done.length)).toEqual(done)
    before = pieces
  }
  expect(before.length).toBeGreaterThan(4)
})
