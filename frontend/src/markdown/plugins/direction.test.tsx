import { render } from '@testing-library/react'
import { expect, test } from 'vitest'
import MathMarkdown from '@/markdown/math-markdown'
import { show } from '@/test/markdown'

test.each(['p', 'h2', 'li', 'blockquote', 'th', 'td', 'summary'])(
  'each %s finds its own direction',
  (name) => {
    const text =
      '## مرحبا\n\nنص\n\n- بند\n- item\n\n> اقتباس\n>\n> quote\n\n| א | b |\n|---|---|\n| c | ד |\n\n<details>\n<summary>سؤال</summary>\n\nx\n</details>'
    const blocks = [...show(text).querySelectorAll(name)].filter(
      (block) => !block.matches('blockquote > :first-child'),
    )
    expect(blocks.length).toBeGreaterThan(0)
    expect(blocks.filter((block) => block.getAttribute('dir') !== 'auto')).toEqual([])
  },
)

test.each([
  ['- بند\n- item', 'ul', 'rtl'],
  ['1. `code` שלום', 'ol', 'rtl'],
  ['- item\n- بند', 'ul', 'ltr'],
  ['| א | b |\n|---|---|\n| c | d |', 'table', 'rtl'],
])('%j has the direction of its first letter', (text, name, direction) => {
  expect(show(text).querySelector(name)?.getAttribute('dir')).toBe(direction)
})

test('the first paragraph of an item or quotation decides for it', () => {
  const view = show('- بند\n\n  more\n\n> اقتباس')
  expect([...view.querySelectorAll('li > p')].map((text) => text.getAttribute('dir'))).toEqual([null, 'auto'])
  expect(view.querySelector('blockquote > p')?.getAttribute('dir')).toBeNull()
})

test('code, URLs and formulas run from left to right', () => {
  const view = show('نص `a.b()` https://example.com/a [رابط](https://example.com/b)\n\n```js\nx\n```')
  expect(view.querySelector('p code')?.getAttribute('dir')).toBe('ltr')
  expect([...view.querySelectorAll('a')].map((link) => link.getAttribute('dir'))).toEqual(['ltr', null])
  expect(view.querySelector('pre')?.closest('[dir]')?.getAttribute('dir')).toBe('ltr')
  const formula = render(<MathMarkdown text="نص $x^2$" isBeingWritten={false} />).container
  expect(formula.querySelector('math')?.closest('[dir]')?.getAttribute('dir')).toBe('ltr')
})
