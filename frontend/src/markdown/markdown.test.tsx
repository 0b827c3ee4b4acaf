import { render } from '@testing-library/react'
import { expect, test } from 'vitest'
import { startI18n } from '@/i18n'
import Markdown from '@/markdown/markdown'
import { expectMarksHidden, show } from '@/test/markdown'

const linksIn = (text: string) =>
  [...show(text).querySelectorAll('a')].map((link) => link.getAttribute('href'))

test.each([
  ['請看 https://example.com/docs。接著讀', 'https://example.com/docs'],
  ['（https://example.com/b）和', 'https://example.com/b'],
  ['www.example.com，好。', 'http://www.example.com'],
  ['**https://example.com/c**，好', 'https://example.com/c'],
  ['[這裡](https://example.com/d)，好', 'https://example.com/d'],
  ['<https://example.com/e>，好', 'https://example.com/e'],
  ['「https://example.com/f」', 'https://example.com/f'],
  [
    '請看 https://en.wikipedia.org/wiki/Set_(computing)，接著讀',
    'https://en.wikipedia.org/wiki/Set_(computing)',
  ],
  ['(見 https://example.com/Set_(a))，接著讀', 'https://example.com/Set_(a)'],
  ['見[1]https://example.com/x。接著', 'https://example.com/x'],
  ['[參考 https://example.com/x。]', 'https://example.com/x'],
  ['[^1]https://example.com/x。', 'https://example.com/x'],
  ['見[1](https://example.com/x。接著', 'https://example.com/x'],
  ['https://example.com/a——接著', 'https://example.com/a'],
  ['https://example.com/a﹐接著', 'https://example.com/a'],
  ['HTTPS://Example.com/a。好', 'HTTPS://Example.com/a'],
  ['http://localhost:8000，接著', 'http://localhost:8000'],
  ['（http://localhost:3000/a）', 'http://localhost:3000/a'],
  ['https://example.com/a・次', 'https://example.com/a'],
  ['https://example.com/a‧次', 'https://example.com/a'],
  ['https://example.com/a—接著', 'https://example.com/a'],
  ['https://example.com/a—**接著**', 'https://example.com/a'],
  ['https://example.com/a──接著', 'https://example.com/a'],
  ['https://example.com/a⋯⋯接著', 'https://example.com/a'],
  ['https://example.com/a، ثم', 'https://example.com/a'],
  ['https://example.com/a؟', 'https://example.com/a'],
  ['https://example.com/a। फिर', 'https://example.com/a'],
  ['«https://example.com/a»', 'https://example.com/a'],
  ['(https://example.com/a)接著', 'https://example.com/a'],
  ['"https://example.com/a"接著', 'https://example.com/a'],
  ['[https://example.com/a]接著', 'https://example.com/a'],
  ['**https://example.com/a**接著', 'https://example.com/a'],
  ['~~https://example.com/a~~接著', 'https://example.com/a'],
  ['https://example.com/a,接著', 'https://example.com/a'],
  ['https://example.com/a`code`', 'https://example.com/a'],
  ['https://[::1]:8080/a，好', 'https://[::1]:8080/a'],
  ['（http://[2001:db8::1]/a?b=1）', 'http://[2001:db8::1]/a?b=1'],
  ['https://example.com就好', 'https://example.com'],
  ['www.example.com에서', 'http://www.example.com'],
  ['http://example.com:8000です', 'http://example.com:8000'],
  ['ดูที่ https://example.comครับ', 'https://example.com'],
  ['انظر https://example.com/a\u200f، ثم', 'https://example.com/a'],
  ['https://example.com/a\u200b好', 'https://example.com/a'],
])('the URL in %j ends before full-width punctuation', (text, url) => {
  expect(linksIn(text)).toEqual([url])
  expect(show(text).textContent).not.toMatch(/[<>*]/)
})

test.each([
  [
    '[see here](https://en.wikipedia.org/wiki/Set_(computing))。',
    'https://en.wikipedia.org/wiki/Set_(computing)',
  ],
  ['[see here](https://example.com/蘋果（水果）)', 'https://example.com/蘋果（水果）'],
  ['[台北（一）](https://example.com/a，b)', 'https://example.com/a，b'],
  ['![a b](https://example.com/a，b)', 'https://example.com/a，b'],
  ['[a b]\n\n[a b]: https://example.com/a。b', 'https://example.com/a。b'],
  ['[重點，說明](www.example.com)。', 'www.example.com'],
  ['[`碼` 說明](https://example.com/a，b)', 'https://example.com/a，b'],
  ['[見 https://example.com/a，好](https://example.com/b)', 'https://example.com/b'],
])('the URL of the link %j may have full-width punctuation', (text, url) => {
  expect(linksIn(text).map((link) => decodeURI(link ?? ''))).toEqual([url])
  expect(show(text).textContent).not.toMatch(/[<>()[\]]/)
})

test.each([
  'https://ja.wikipedia.org/wiki/レオナルド・ダ・ヴィンチ',
  'https://zh.wikipedia.org/wiki/列奧納多‧達文西',
  'https://ca.wikipedia.org/wiki/Col·lecció',
  'https://example.com/a—b',
  'https://example.com/說明:目錄_(一)後',
  'https://example.com/?q=a,台北',
  'https://example.com/~使用者',
])('the name in %j is a part of the URL', (url) => {
  expect(decodeURI(show(`${url}。`).querySelector('a')?.getAttribute('href') ?? '')).toBe(url)
})

test.each([
  ['[the docs](https://example.com/a)', 'https://example.com/a'],
  ['[台北](https://zh.wikipedia.org/wiki/%E5%8F%B0%E5%8C%97)', 'https://zh.wikipedia.org/wiki/台北'],
  ['[100 %](https://example.com/100%)', 'https://example.com/100%'],
  ['![moon](https://example.com/moon.jpg)', 'https://example.com/moon.jpg'],
  ['https://example.com/a', null],
  ['https://zh.wikipedia.org/wiki/台北，', null],
  ['www.example.com', null],
  ['a@example.com', null],
])('the URL that paper shows after the link %j is %j', (text, url) => {
  expect(show(text).querySelector('a')?.getAttribute('data-url')).toBe(url)
})

test.each(['。', '，好', '）後', '。接著'])('a URL directly after a link ends before %j', (rest) => {
  const links = linksIn(`[a](https://example.com/a)https://example.com/b${rest}`)
  expect(links).toEqual(['https://example.com/a', 'https://example.com/b'])
})

test.each(['https://例え.jp/パス', 'https://www.abc中国.com/a'])(
  'the name of a host in %j may mix letters',
  (url) => {
    expect(decodeURI(show(`${url}、次`).querySelector('a')?.getAttribute('href') ?? '')).toBe(url)
  },
)

test('URLs in code and in HTML that is shown stay as they are', () => {
  expect(show('<div>\nhttps://example.com，\n</div>').textContent).toBe(
    '<div>\nhttps://example.com，\n</div>',
  )
  expect(show('`https://example.com，`').textContent).toBe('https://example.com，')
})

test('an image in a link is a part of the link', () => {
  expect(linksIn('[![moon](moon.jpg)](https://example.com)')).toEqual(['https://example.com'])
})

test('line breaks are kept', () => {
  expect(show('床前明月光，\n疑是地上霜。').querySelectorAll('br')).toHaveLength(1)
})

test('footnotes of two messages have different ids', () => {
  const text = 'a[^1]\n\n[^1]: note'
  const view = render(
    <>
      <Markdown text={text} isBeingWritten={false} />
      <Markdown text={text} isBeingWritten={false} />
    </>,
  ).container
  const ids = [...view.querySelectorAll('li[id]')].map(({ id }) => id)
  const allIds = [...view.querySelectorAll('[id]')].map(({ id }) => id)
  expect(new Set(allIds).size).toBe(allIds.length)
  const targets = [...view.querySelectorAll('sup a')].map((link) => link.getAttribute('href'))
  expect(new Set(ids).size).toBe(2)
  expect(targets).toEqual(ids.map((id) => `#${id}`))
})

test('the heading of the footnotes is in the language of the page', async () => {
  await startI18n('zh-TW')
  expect(show('a[^1]\n\n[^1]: note').querySelector('h2')?.textContent).toBe('註腳')
})

test('no state of a half link shows its marks', () => {
  const text = 'See [wiki](https://en.wikipedia.org/wiki/Set_(computing)) and more'
  expectMarksHidden(text, /[[\]()]|https/)
})
