// @vitest-environment node
import { describe, expect, test } from 'vitest'
import { hasMath, normalizeMath } from '@/markdown/math'

describe('a formula is recognized', () => {
  test.each([
    ['in parentheses', 'so \\(a^2\\) is', 'so $$a^2$$ is'],
    ['in brackets', 'so\n\\[\na^2\n\\]\nis', 'so\n\n$$\na^2\n$$\n\nis'],
    ['in dollars', 'so $a_1 + b$ and $c$.', 'so $$a_1 + b$$ and $$c$$.'],
    ['in two dollars', '$$\na\n$$', '$$\na\n$$'],
    ['in Chinese', '面積是 $\\pi r^2$。', '面積是 $$\\pi r^2$$。'],
    ['beside code', '`$x$` and $y$', '`$x$` and $$y$$'],
  ])('%s', (_name, text, expected) => {
    expect(normalizeMath(text)).toBe(expected)
    expect(hasMath(text)).toBe(true)
  })
})

describe('text without a formula stays as it is', () => {
  test.each([
    ['prices', 'from $5 to $10, or $5/$10'],
    ['an escaped dollar', 'it is \\$x\\$ then'],
    ['a shell variable in code', 'run `echo $PATH $HOME$`'],
    ['a fence', '```sh\necho $a$ \\(x\\) $$\n```'],
    ['an open fence', '```sh\necho $a$ \\(x\\)'],
    ['an unfinished formula', 'so $a_1 + '],
  ])('%s', (_name, text) => {
    expect(normalizeMath(text)).toBe(text)
    expect(hasMath(text)).toBe(false)
  })

  test('an unclosed $$ after a formula is escaped', () => {
    expect(normalizeMath('so $$a$$ and $$b')).toBe('so $$a$$ and \\$\\$b')
  })
})
