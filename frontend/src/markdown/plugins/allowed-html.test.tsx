import { render } from '@testing-library/react'
import { describe, expect, test } from 'vitest'
import { splitBlocks } from '@/markdown/syntax/markdown-blocks'
import { mendTail } from '@/markdown/mending/mend-tail'
import Markdown from '@/markdown/markdown'
import { show } from '@/test/markdown'

/** The elements of an answer, inside the one around it. */
const elementsIn = (view: HTMLElement) => [...(view.firstElementChild?.querySelectorAll('*') ?? [])]

/** The elements that are not part of every answer, and their text. */
function elements(text: string): string[] {
  const found = elementsIn(show(text)).filter(
    ({ tagName }) => !['P', 'STRONG', 'TABLE', 'LI', 'UL'].includes(tagName),
  )
  return found.map(({ tagName, textContent }) => `${tagName.toLowerCase()}:${textContent.trim()}`)
}

describe('allowed HTML', () => {
  test.each([
    ['H<sub>2</sub>O and x<sup>2</sup>', ['sub:2', 'sup:2']],
    ['Press <kbd>Ctrl</kbd>+<kbd>C</kbd>', ['kbd:Ctrl', 'kbd:C']],
    ['<mark>重點</mark>、<u>底線</u>、<s>刪</s>', ['mark:重點', 'u:底線', 's:刪']],
    ['<ins>a</ins> <del>b</del> <small>c</small>', ['ins:a', 'del:b', 'small:c']],
    ['<b>a **b**</b> <SUB>c</SUB>', ['b:a b', 'sub:c']],
    ['a<br>b<br/>c<br />d', ['br:', 'br:', 'br:']],
    ['<br>', ['br:']],
    ['**<sub>a</sub>**', ['sub:a']],
    ['<mark>\na\n</mark>', ['mark:a', 'br:', 'br:']],
  ])('becomes elements: %j', (text, expected) => {
    expect(elements(text)).toEqual(expected)
    expect(show(text).textContent).not.toMatch(/[<>*]/)
  })

  test('breaks lines in cells of a table', () => {
    const cell = show('| a | b |\n|---|---|\n| 步驟1<br>步驟2 | <sub>c</sub> |').querySelector('td')
    expect(cell?.querySelectorAll('br')).toHaveLength(1)
    expect(cell?.textContent.replace(/\s/g, '')).toBe('步驟1步驟2')
  })

  test.each([
    '<details>\n<summary>標題 **粗**</summary>\n\n- a\n- b\n\n```js\nx\n```\n\n</details>\n\n後文',
    '<details><summary>標題 <b>粗</b></summary>\n- a\n- b\n</details>\n後文',
    '<details>\n  <summary>\n  標題 粗\n  </summary>\n\n- a\n- b\n</details>\n\n後文',
  ])('collapses blocks below their summary: %j', (text) => {
    const details = show(text).querySelector('details')
    expect(details?.open).toBe(false)
    expect(details?.querySelector('summary')?.textContent.trim()).toBe('標題 粗')
    expect(details?.querySelectorAll('li')).toHaveLength(2)
    expect(details?.textContent).not.toContain('後文')
    expect(show(text).textContent).not.toMatch(/[<>*]/)
  })

  test.each([
    ['<details>\n<summary>a</summary>\n<p>b</p>\n</details>\n\nc', '<p>b</p>'],
    ['<details>\n<summary>a</summary>\n<div>\n\nb\n\n</div>\n</details>\n\nc', '<div>b</div>'],
  ])('ends a details element whose text has other tags: %j', (text, inside) => {
    const view = show(text)
    expect(view.querySelector('details')?.textContent.replace(/\s/g, '')).toBe(`a${inside}`)
    expect(view.querySelector('details')?.nextElementSibling?.textContent).toBe('c')
  })

  test('makes no details element of a comment', () => {
    expect(show('<!--\n<details>\na\n</details>\n-->').querySelector('details')).toBeNull()
  })

  test('collapses a details element in another', () => {
    const view = show('<details>\n\na\n\n<details open>\n\nb\n\n</details>\n\nc\n\n</details>')
    expect(view.querySelector('details > details[open]')?.textContent.trim()).toBe('b')
  })

  test.each([
    ['a list', '- a\n  <details>\n  <summary>b</summary>\n\n  c\n  </details>'],
    ['a quotation', '> <details>\n> <summary>b</summary>\n>\n> c\n> </details>'],
  ])('collapses a details element in %s', (_, text) => {
    const view = show(text)
    expect(view.querySelector('details')?.textContent.replace(/\s/g, '')).toBe('bc')
    expect(view.textContent).not.toContain('<')
  })

  test('keeps the blocks of a details element together', () => {
    const text = '<details>\n\na\n\n<details>\n\nb\n\n</details>\n\nc\n\n</details>\n\n'
    expect(splitBlocks(`x\n\n${text}y`)).toEqual(['x\n\n', text, 'y'])
  })
})

const HOSTILE = [
  '<script>alert(1)</script>',
  '<script src=https://evil.example></script>',
  '<ScRiPt>alert(1)</sCrIpT>',
  '<img src=x onerror=alert(1)>',
  '<img src="https://evil.example/?q=1">',
  '<svg onload=alert(1)>',
  '<svg><script>alert(1)</script></svg>',
  '<math><mi xlink:href="javascript:alert(1)">x</mi></math>',
  '<iframe src="javascript:alert(1)"></iframe>',
  '<object data="data:text/html,x"></object>',
  '<embed src=x>',
  '<style>*{display:none}</style>',
  '<link rel=stylesheet href=https://evil.example>',
  '<meta http-equiv=refresh content="0;url=https://evil.example">',
  '<base href="https://evil.example">',
  '<form action="https://evil.example"><input name=a><button>b</button></form>',
  '<a href="javascript:alert(1)">x</a>',
  '<a href="https://evil.example">x</a>',
  '<b onmouseover=alert(1)>x</b>',
  '<sub style="position:fixed">x</sub>',
  '<kbd id="root">x</kbd>',
  '<mark class="fixed">x</mark>',
  '<details ontoggle=alert(1) open>x</details>',
  '<details open ontoggle=alert(1)>x</details>',
  '<details open=open onclick=x>x</details>',
  '<summary>x</summary>',
  '<br onload=x>',
  '<br style=a>',
  '<sub/onclick=alert(1)>x</sub>',
  '<sub\nonclick=alert(1)>x</sub>',
  '<marquee>x</marquee>',
  '<video autoplay src=x></video>',
  '<template><sub>x</template>',
  '<noscript><sub title="</noscript><img src=x>">',
  '<!-- a **comment** -->',
  '<!--><img src=x onerror=alert(1)>-->',
  '<![CDATA[<img src=x>]]>',
  '<?php echo 1 ?>',
  '<!DOCTYPE html>',
  '<div>a **b**</div>',
  '<p align="center">a</p>',
  '<custom-element>x</custom-element>',
  '<plaintext>x',
  '<sub',
  '</sub>',
  '</details>',
  '<sub>x',
  '<details>',
  '</br>',
  '<sub/>x',
]

describe('all other HTML', () => {
  test.each(HOSTILE)('is shown as it was typed: %j', (text) => {
    for (const view of [
      show(text),
      show(`a ${text} b`),
      show(`| a |\n|---|\n| ${text.replace('\n', ' ')} |`),
    ]) {
      const tags = elementsIn(view).map(({ tagName }) => tagName.toLowerCase())
      const attributes = [...view.querySelectorAll('p, td')].flatMap((element) => element.getAttributeNames())
      expect(
        tags.filter((name) => !/^(?:p|br|div|table|t[dhr]|thead|tbody|strong|sub|a)$/.test(name)),
      ).toEqual([])
      expect(attributes.filter((name) => name !== 'class' && name !== 'dir')).toEqual([])
      expect(view.querySelector('a')?.getAttribute('href') ?? 'https:').toMatch(/^https?:/)
    }
    if (!text.includes('<sub>') && !text.includes('https:')) expect(show(text).textContent.trim()).toBe(text)
  })

  test('keeps its lines and blanks', () => {
    const text = '<div>\n  <i>a *b*</i>\n    c\n</div>'
    const shown = show(text).querySelector('p')
    expect(shown?.textContent).toBe(text)
    expect(shown?.className).toBe('whitespace-pre-wrap')
  })

  test.each([
    ['a tag that is not allowed beside one that is', '<sub>1</sub><script>2</script>', '1<script>2</script>'],
    ['tags that overlap', '<sub><b>x</sub></b>', '<b>x</b>'],
    ['a details element without an end', '<details>\n\na\n\nb', '<details>ab'],
    ['an allowed tag in code, or escaped', '`<br>` \\<br>', '<br><br>'],
  ])('is text: %s', (_, text, shown) => {
    expect(show(text).textContent.replace(/\s/g, '')).toBe(shown)
  })
})

describe('while an answer is being written', () => {
  test.each([
    ['H<sub>2</sub>O, x<sup>n</sup>!', /[<>/]/],
    ['Press <kbd>Ctrl</kbd>+<kbd>C</kbd> **<mark>now</mark>**', /[<>/*]/],
    ['a<br>b<br/>c', /[<>/]/],
    ['| a |\n|---|\n| b<br>c<sub>d</sub> |\n| e |', /[<>/]/],
    ['<details>\n<summary>T **b**</summary>\n\n- a\n- b\n\n```js\nx\n```\n\n</details>\n\nEnd', /[<>/*`]/],
  ])('no state of %j shows tags', (text, marks) => {
    for (let length = 1; length <= text.length; length += 1) {
      const states = splitBlocks(text.slice(0, length)).map((block, index, blocks) =>
        index === blocks.length - 1 ? show(mendTail(block), true) : show(block),
      )
      expect(states.map(({ textContent }) => textContent).join('')).not.toMatch(marks)
    }
  })

  test('a details element stays open, even once it is complete', () => {
    const { container, rerender } = render(<Markdown text={'<details>\n\na'} isBeingWritten />)
    expect(container.querySelector('details')?.open).toBe(true)
    rerender(<Markdown text={'<details>\n\na\n\n</details>'} isBeingWritten={false} />)
    expect(container.querySelector('details')?.open).toBe(true)
  })

  test('a tag that is not allowed is text once its name has ended', () => {
    expect(show(mendTail('a <scr'), true).textContent).toBe('a')
    expect(show(mendTail('a <script '), true).textContent).toBe('a <script')
    expect(show(mendTail('List<String>'), true).textContent).toBe('List<String>')
    expect(show(mendTail('`a <su'), true).textContent).toBe('a <su')
  })
})

describe('repeated tags', () => {
  test.each([
    '<sub>',
    '</sub>',
    '<sub></b>',
    '<sub>a</sub>',
    '<b><i>',
    '<details>\n',
    '<br>',
    '</details>\n',
  ])('nest no deeper than can be drawn: %j', (unit) => {
    const view = show(unit.repeat(Math.ceil(10_000 / unit.length)), true)
    expect(view.firstElementChild).not.toBeNull()
  })
})
