// @vitest-environment node
import { describe, expect, test } from 'vitest'
import { hasMath, normalizeMath } from '@/markdown/math'

describe('a formula is recognized', () => {
  test.each([
    ['in parentheses', 'so \\(a^2\\) is', 'so $$a^2$$ is'],
    ['in brackets', 'so\n\\[\na^2\n\\]\nis', 'so\n$$\na^2\n$$\nis'],
    ['in dollars', 'so $a_1 + b$ and $c$.', 'so $$a_1 + b$$ and $$c$$.'],
    ['in two dollars', '$$\na\n$$', '$$\na\n$$'],
    ['in Chinese', '面積是 $\\pi r^2$。', '面積是 $$\\pi r^2$$。'],
    ['with an exponent', 'so $e^{i\\pi}$.', 'so $$e^{i\\pi}$$.'],
    ['in Chinese without blanks', '面積是$\\pi r^2$。', '面積是$$\\pi r^2$$。'],
    ['in a list item', '- a\n\n  \\[\n  x\n  \\]\n- b', '- a\n\n  $$\n  x\n  $$\n- b'],
    ['in one line of a list item', '- a\n  \\[ x=1 \\]\n- b', '- a\n  $$\n  x=1\n  $$\n- b'],
    ['in a quotation', '> \\[ x=1 \\]\n> b', '> $$\n> x=1\n> $$\n> b'],
    ['in a table', '| a |\n|---|\n| $|x|$ |', '| a |\n|---|\n| $$\\vert x\\vert $$ |'],
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
    ['a dollar after a digit', '10$/month or 100$/year'],
    ['amounts in Chinese', '價格為100$，運費20$。'],
    ['variables in Chinese', '變數$name和$age都要填。'],
    ['an address with parentheses', '[a](b\\(c\\))'],
    ['a path', '$HOME/bin'],
    ['references in escaped brackets', 'See \\[1\\] and \\[2\\] in the list.'],
    ['options in escaped brackets', 'run \\[options\\] file'],
  ])('%s', (_name, text) => {
    expect(normalizeMath(text)).toBe(text)
    expect(hasMath(text)).toBe(false)
  })

  test('an unclosed $$ after a formula is escaped', () => {
    expect(normalizeMath('so $$a$$ and $$b')).toBe('so $$a$$ and \\$\\$b')
  })
})
