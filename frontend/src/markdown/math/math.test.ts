// @vitest-environment node
import { describe, expect, test } from 'vitest'
import { hasMath, normalizeMath } from '@/markdown/math/math'

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
    ['in a list item without indentation', '1. a\n$$x$$\nb\n2. c', '1. a\n   $$\n   x\n   $$\n   b\n2. c'],
    ['in brackets, without indentation', '- a\n\\[\nx\n\\]\n- b', '- a\n  $$\n  x\n  $$\n- b'],
    ['in a quotation without marks', '> a\n\\[x\\]\n> b', '> a\n> $$\n> x\n> $$\n> b'],
    ['below a list', '- a\n\n$$\nx\n$$', '- a\n\n$$\nx\n$$'],
    ['below code in a list', '- a\n```\n- b\n```\n$$\nx\n$$', '- a\n```\n- b\n```\n$$\nx\n$$'],
    ['of intervals', '$[0,1)$ and $]0,1[$', '$$[0,1)$$ and $$]0,1[$$'],
    ['in a table', '| a |\n|---|\n| $|x|$ |', '| a |\n|---|\n| $$\\vert x\\vert $$ |'],
    ['in a quotation in a list item', '- > \\[x=1\\]', '- > $$\n  > x=1\n  > $$'],
    ['in a list item in a quotation', '> 1. \\[x=1\\]', '> 1. $$\n>    x=1\n>    $$'],
    ['deep in both', '- > 1. > \\[x=1\\]\n  >    > b', '- > 1. > $$\n  >    > x=1\n  >    > $$\n  >    > b'],
    [
      'in a table without outer bars',
      'a | $|x|$\n--- | ---\n$|y|$ | 2',
      'a | $$\\vert x\\vert $$\n--- | ---\n$$\\vert y\\vert $$ | 2',
    ],
    ['in a table, behind code', '| a |\n|---|\n| `b` $|x|$ |', '| a |\n|---|\n| `b` $$\\vert x\\vert $$ |'],
    [
      'in a table in a quotation',
      '> a | b\n> --- | ---\n> $|x|$ | 1',
      '> a | b\n> --- | ---\n> $$\\vert x\\vert $$ | 1',
    ],
    ['of probability in a table', '| a |\n|---|\n| $P(A | B)$ |', '| a |\n|---|\n| $$P(A \\vert  B)$$ |'],
    ['of sets in a table', '| a |\n|---|\n| $\\{x | x>0\\}$ |', '| a |\n|---|\n| $$\\{x \\vert  x>0\\}$$ |'],
    ['of a norm in a table', '| a |\n|---|\n| $\\|v\\|$ |', '| a |\n|---|\n| $$\\Vert v\\Vert $$ |'],
    [
      'of sized bars in a table',
      '| a |\n|---|\n| $\\left| x \\right|$ |',
      '| a |\n|---|\n| $$\\left\\vert  x \\right\\vert $$ |',
    ],
    [
      'of a value at a point in a table',
      '| a |\n|---|\n| $f|_{x=0}$ |',
      '| a |\n|---|\n| $$f\\vert _{x=0}$$ |',
    ],
    ['in brackets in a table', '| a |\n|---|\n| \\[ |x| \\] |', '| a |\n|---|\n| $$\\vert x\\vert $$ |'],
    ['with bars, outside a table', 'so $|x|$ and | b', 'so $$|x|$$ and | b'],
    ['before a suffix', 'the $n$th, $x_i$s', 'the $$n$$th, $$x_i$$s'],
    ['of a product', '$2ab$, $3xy + 1$, $4ac$, $2xy = 6$', '$$2ab$$, $$3xy + 1$$, $$4ac$$, $$2xy = 6$$'],
    ['of sums', '$2 + x + y$ and $5 - 3$', '$$2 + x + y$$ and $$5 - 3$$'],
    ['with Chinese names', '因為 $面積 = 底 \\times 高$，', '因為 $$面積 = 底 \\times 高$$，'],
    ['with Chinese text', '面積是$a\\text{公分，約}$。', '面積是$$a\\text{公分，約}$$。'],
    [
      'of words in a formula',
      '$$ a + b $$ so $$\\text{so}$$ so $$x$$',
      '$$ a + b $$ so $$\\text{so}$$ so $$x$$',
    ],
    ['below HTML', '<!-- $x$ -->\n$y$', '<!-- $x$ -->\n$$y$$'],
    ['below HTML in a list', '- <div>\n  $x$\n- $y$', '- <div>\n  $x$\n- $$y$$'],
    ['below HTML in a quotation', '> <div>\n$y$', '> <div>\n$$y$$'],
    ['beside code', '`$x$` and $y$', '`$x$` and $$y$$'],
  ])('%s', (_name, text, expected) => {
    expect(normalizeMath(text)).toBe(expected)
    expect(hasMath(text)).toBe(true)
  })
})

test.each(['x', 'x - y', '2/3', 'n!', 'sin(x) = 1', 'area = w h', 'f(x)', 'a^2', '-x', 'sin(x) + cos(x)'])(
  '%j in brackets on a separate line is a formula',
  (tex) => {
    expect(normalizeMath(`so\n\\[ ${tex} \\]\nis`)).toBe(`so\n$$\n${tex}\n$$\nis`)
  },
)

test.each(['x', 'f(x, y)', 'n+1', 'a = b', 'sin(x)', 'x_1', '-5', '2ab'])(
  '%j in parentheses is a formula',
  (tex) => {
    expect(normalizeMath(`so \\(${tex}\\) is`)).toBe(`so $$${tex}$$ is`)
  },
)

describe('text without a formula stays as it is', () => {
  test.each([
    ['prices', 'from $5 to $10, or $5/$10'],
    ['an escaped dollar', 'it is \\$x\\$ then'],
    ['a shell variable in code', 'run `echo $PATH $HOME$`'],
    ['HTML that is shown as it was typed', '<div>\n$x$ \\(y\\)\n</div>'],
    ['a comment of several lines', '<!--\n$x$\n\n$y$\n-->'],
    ['a fence', '```sh\necho $a$ \\(x\\) $$\n```'],
    ['an open fence', '```sh\necho $a$ \\(x\\)'],
    ['an unfinished formula', 'so $a_1 + '],
    ['a dollar after a digit', '10$/month or 100$/year'],
    ['amounts in Chinese', '價格為100$，運費20$。'],
    ['variables in Chinese', '變數$name和$age都要填。'],
    ['a URL with parentheses', '[a](b\\(c\\))'],
    ['a path', '$HOME/bin'],
    ['references in escaped brackets', 'See \\[1\\] and \\[2\\] in the list.'],
    ['options in escaped brackets', 'run \\[options\\] file'],
    ['a price before and one after the amount', '售價 $100，優惠價 80$。'],
    ['amounts in Chinese with a blank', '總共 $5 萬，運費 20$。'],
    ['amounts in Korean', '가격은 $5에서 10$까지'],
    ['amounts in Russian', 'от $5 до 10$'],
    ['amounts in Spanish', 'de $5 a 10$'],
    ['amounts by month', '$5/month, 10$'],
    ['Chinese variables', '請填 $姓名、$年齡。'],
    ['variables in braces', '${a}、${b}和${c}。'],
    ['variables side by side', 'echo ${HOME}${PATH}'],
    ['one variable in braces', 'the ${name}$ here'],
    ['substitutions of a shell', 'cd $(pwd)/$(date) or $(a b) $(c)'],
    ['paths', '$HOME/bin:$PATH/bin and $A_DIR/$B_DIR'],
    ['words in escaped parentheses', 'run \\(options\\) and \\(see below\\), \\(選項\\)'],
    ['abbreviations in escaped parentheses', 'so \\(e.g.\\), \\(i. e.\\), \\(cf.\\) and \\(v1.0\\)'],
    ['numbers in escaped parentheses', 'see \\(1\\) and Smith \\(2020\\)'],
    ['an escaped note', 'a\\[^1\\] b'],
    ['a name in escaped brackets', '\\[C++\\]'],
    ['keys in escaped brackets', 'press \\[+\\] or \\[>\\]'],
    ['an option in escaped brackets', 'cmd \\[-o <f>\\] x'],
    ['an escaped line in escaped brackets', '\\[a\\_b\\]'],
    ['prices in the cells of a table', '| a | b |\n|---|---|\n| $5 | 6$ |\n|$5|$6|'],
    ['bars around blanks in a table', '| a | b |\n|---|---|\n| $x | y$ |\n| |x| |'],
    ['a price before a comma and one after the amount', 'It is $5, or 6$. Or $5/mo. vs 6$/mo.'],
    ['a rate of currencies', 'the $/€ rate and ¥/$'],
    ['a price in parentheses', '$5 (or 6$)'],
    ['an index in escaped brackets', 'dp\\[i+1\\] = dp\\[i\\]\\[j+1\\]'],
    ['an argument in escaped parentheses', 'f\\(x\\) and print\\(n\\)'],
    ['references on a separate line', '\\[1, 2\\]\n\n\\[3-5\\]\n\n\\[TODO\\]'],
  ])('%s', (_name, text) => {
    expect(normalizeMath(text)).toBe(text)
    expect(hasMath(text)).toBe(false)
  })

  test.each([
    '$$ and $$$',
    '$$–$$$',
    'a $$ or $$ place',
    'low ($), fair ($$), dear ($$$)',
    '（$$）、（$$$）',
  ])('levels of prices, such as %j', (text) => {
    expect(hasMath(text)).toBe(false)
    expect(normalizeMath(text).replaceAll('\\$\\$', '$$$$')).toBe(text)
  })

  test('an unclosed $$ after a formula is escaped', () => {
    expect(normalizeMath('so $$a$$ and $$b')).toBe('so $$a$$ and \\$\\$b')
  })
})
