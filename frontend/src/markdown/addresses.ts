/**
 * Addresses in Chinese, Japanese and Korean text end before full-width punctuation and brackets. Markdown lets them run on
 * to the next blank, so each such address is put between angle brackets.
 */
import { splitCode } from '@/markdown/code-spans'

const HINT = /(?:https?:\/\/|www\.)[^\s<>]/
/** A word without full-width punctuation, and the character of it that ends the word, if one does. */
const WORD =
  /[^\s<>\u2018-\u201f\u2026\u3000-\u303f\uff01-\uff20\uff3b-\uff40\uff5b-\uff65]+[\u2018-\u201f\u2026\u3001-\u303f\uff01-\uff20\uff3b-\uff40\uff5b-\uff65]?/g
const ADDRESS = /https?:\/\/|www\./
const PUNCTUATION = new Set('.,;:!?*_~\'")]')

export function endAddresses(markdown: string): string {
  if (!HINT.test(markdown)) return markdown
  return splitCode(markdown)
    .map(({ text, isCode }) => (isCode ? text : text.replace(WORD, endAddress)))
    .join('')
}

function endAddress(word: string, offset: number, text: string): string {
  const mark = word.slice(-1)
  const start = word.search(ADDRESS)
  if (start < 0 || mark < '\u2018' || isInsideMarkup(word, start, text.charAt(offset - 1))) return word
  let end = word.length - 1
  while (end > start && PUNCTUATION.has(word.charAt(end - 1))) end -= 1
  const address = word.slice(start, end)
  if (!address.includes('.')) return word
  const link = address.startsWith('www.') ? `[${address}](http://${address})` : `<${address}>`
  return word.slice(0, start) + link + word.slice(end)
}

/** Whether the address is already that of a link, or a part of a longer word. */
function isInsideMarkup(word: string, start: number, before: string): boolean {
  if (start === 0) return before === '<'
  return word.lastIndexOf('[', start) >= 0 || /[\w/.=]/.test(word.charAt(start - 1))
}
