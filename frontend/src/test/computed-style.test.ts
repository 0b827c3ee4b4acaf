import { expect, test } from 'vitest'

const shown = (id: string) => {
  const element = document.getElementById(id)
  if (!element) throw new Error(`no element ${id}`)
  const style = window.getComputedStyle(element)
  return [style.display, style.getPropertyValue('visibility'), style.pointerEvents]
}

// The first element of a kind is computed by jsdom, and others take its values.
test.each([
  ['<p></p><p id="it"></p>', ['block', 'visible', 'auto']],
  ['<b></b><b id="it"></b>', ['inline', 'visible', 'auto']],
  ['<p></p><p id="it" hidden></p>', ['none', 'visible', 'auto']],
  ['<p hidden></p><p id="it"></p>', ['block', 'visible', 'auto']],
  ['<input><input id="it" type="hidden">', ['none', 'visible', 'auto']],
  ['<dialog></dialog><dialog id="it" open></dialog>', ['block', 'visible', 'auto']],
  ['<p></p><p id="it" style="display: none"></p>', ['none', 'visible', 'auto']],
  ['<p></p><div style="visibility: hidden"><p id="it"></p></div>', ['block', 'hidden', 'auto']],
  [
    '<p></p><style>#it { display: none; pointer-events: none }</style><p id="it"></p>',
    ['none', 'visible', 'none'],
  ],
])('the style of an element is its own: %s', (html, expected) => {
  document.body.innerHTML = html
  const before = [...document.body.children].map((element) => window.getComputedStyle(element).display)
  expect(before).not.toContain('')
  expect(shown('it')).toEqual(expected)
  expect(shown('it')).toEqual(expected)
})
