// @vitest-environment node
import { expect, test } from 'vitest'
import { holdReferences } from '@/markdown/links/references'

test.each([
  ['See [docs] and', 'See docs and'],
  ['See [docs]', 'See [docs]'],
  ['See [the docs][1] and', 'See the docs and'],
  ['See [the docs][] and', 'See the docs and'],
  ['見[文件]，', '見文件，'],
  ['the [`Vec`] and [the `x` type][x].', 'the `Vec` and the `x` type.'],
  ['**[docs]**.', '**docs**.'],
  ['as in [1][2][3] and [4].', 'as in 13 and 4.'],
  ['a ![moon][m] b', 'a  b'],
  ['[docs](see below) a', 'docs(see below) a'],
  ['[docs][^1] a', 'docs a'.replace(' ', '<sup>1</sup> ')],
  ['so[^1]: a', 'so<sup>1</sup>: a'],
  ['the [docs]: a', 'the docs: a'],
])('%j is shown as %j until the definitions have arrived', (text, shown) => {
  expect(holdReferences(text)).toBe(shown)
})

test.each([
  'See [docs] and [the docs][1] and [Docs][].\n\n[docs]: /a\n[1]: /b',
  '[docs](https://example.com) a',
  '- [ ] a\n- [x] b\n> - [x] c',
  'the array a[0][1] and b[i]',
  'in $[a]$ and \\[a\\] and `[a]`',
  'the interval [0, 1] or [x=1]',
  'https://example.com/[a]/b',
  '```\n[a] b\n```',
  '[docs]: not yet',
])('%j stays as it is', (text) => {
  expect(holdReferences(text)).toBe(text)
})
