/**
 * Addresses end before the punctuation and brackets of Chinese, Japanese, Korean, Arabic and Hindi. Markdown lets them run
 * on to the next blank, so each such address is put between angle brackets. The labels and destinations of links stay as
 * they are. Takes linear time.
 */
import { splitCode } from '@/markdown/code-spans'
import { endOfDestination } from '@/markdown/destinations'

const HINT = /(?:https?:\/\/|www\.)[^\s<>]/i
/** Full-width punctuation, and that of Arabic, Urdu and Hindi. */
const PUNCTUATION_AFTER =
  /[\u00ab\u00bb\u060c\u061b\u061f\u06d4\u0964\u0965\u2018-\u201f\u2026\u22ef\u3001-\u303f\ufe50-\ufe6b\uff01-\uff20\uff3b-\uff40\uff5b-\uff65]/
const LETTER = /[\u3005-\u3007\u3041-\u3096\u30a1-\u30fa\u30fc\u3400-\u9fff\uac00-\ud7af]/
const DASH = /[\u2013-\u2015\u2500]/
/** A dash before such text, and a dot that is not within a name such as `レオナルド・ダ・ヴィンチ`. */
const MARK_AFTER = new RegExp(
  `${DASH.source}(?=[*_~\`]{0,3}(?:${[DASH, LETTER, PUNCTUATION_AFTER].map(({ source }) => source).join('|')}))` +
    `|(?<!${LETTER.source})[\u2027\u30fb]|[\u2027\u30fb](?!${LETTER.source})`,
)
/** A character of an address. */
export const IN_ADDRESS = new RegExp(`(?!${MARK_AFTER.source}|${PUNCTUATION_AFTER.source})[^\\s<>\u3000]`)
  .source
const WORD = new RegExp(`(?:${IN_ADDRESS})+`, 'g')
const ENDING = new RegExp(`${MARK_AFTER.source}|${PUNCTUATION_AFTER.source}`, 'y')
const ADDRESS = /https?:\/\/|www\./i
const WHOLE = /^(?:https?:\/\/[^/]|www\.[^.])/i
const PUNCTUATION = new Set('.,;:!?*_~\'")]')

interface Range {
  from: number
  to: number
}

export function endAddresses(markdown: string): string {
  if (!HINT.test(markdown)) return markdown
  return splitCode(markdown)
    .map(({ text, isCode }) => (isCode ? text : endAddressesIn(text)))
    .join('')
}

function endAddressesIn(text: string): string {
  const links = findLinks(text)
  let next = 0
  return text.replace(WORD, (word, offset: number) => {
    const start = word.search(ADDRESS)
    if (start < 0 || !endsAddress(text, offset + word.length)) return word
    while ((links[next]?.to ?? Infinity) <= offset + start) next += 1
    const isInLink = (links[next]?.from ?? Infinity) <= offset + start
    if (isInLink || isPartOfWord(start === 0 ? text.charAt(offset - 1) : word.charAt(start - 1))) return word
    const end = endOfAddress(word, start)
    const address = word.slice(start, end)
    if (!WHOLE.test(address)) return word
    const link = /^www/i.test(address) ? `[${address}](http://${address})` : `<${address}>`
    return word.slice(0, start) + link + word.slice(end)
  })
}

function endsAddress(text: string, at: number): boolean {
  ENDING.lastIndex = at
  return ENDING.test(text)
}

/** Punctuation at the end is not part of the URL, but a parenthesis is if the URL opens it. */
function endOfAddress(word: string, start: number): number {
  let depth = 0
  for (const character of word.slice(start)) {
    if (character === '(') depth += 1
    else if (character === ')') depth -= 1
  }
  let end = word.length
  while (end > start && PUNCTUATION.has(word.charAt(end - 1))) {
    if (word.charAt(end - 1) === ')') {
      if (depth >= 0) break
      depth += 1
    }
    end -= 1
  }
  return end
}

function isPartOfWord(before: string): boolean {
  return /[\w/.=<]/.test(before)
}

/** The labels, destinations and definitions of links, outermost ones only, in order. */
function findLinks(text: string): Range[] {
  const links: Range[] = []
  let open: number[] = []
  let isLineStart = true
  for (let at = 0; at < text.length; at += 1) {
    const character = text.charAt(at)
    if (character === '\\') {
      at += 1
    } else if (character === '\n') {
      isLineStart = true
      continue
    } else if (character === '[') {
      // The label of a definition is the first thing of its line.
      if (isLineStart) open = []
      open.push(isLineStart && text[at + 1] !== '^' ? -at - 1 : at)
    } else if (character === ']') {
      const opening = open.pop()
      const end = endOfLink(text, at, opening)
      if (end > 0) {
        const from = opening === undefined ? at : Math.max(opening, -opening - 1)
        while ((links.at(-1)?.from ?? -1) >= from) links.pop()
        links.push({ from, to: end })
        at = end - 1
      }
    }
    if (!/[ \t>]/.test(character)) isLineStart = false
  }
  return links
}

/** Where the link ends whose label ends here; -1 if it is none. A negative opening begins a line. */
function endOfLink(text: string, at: number, opening: number | undefined): number {
  switch (text[at + 1]) {
    case '(':
      return endOfDestination(text, at + 1) ?? -1
    case '[':
      return opening === undefined ? -1 : at + 1
    case ':':
      return opening !== undefined && opening < 0 ? endOfDefinition(text, at + 2) : -1
    default:
      return -1
  }
}

function endOfDefinition(text: string, from: number): number {
  let at = from
  while (/[ \t]/.test(text.charAt(at))) at += 1
  while (at < text.length && !/\s/.test(text.charAt(at))) at += 1
  return at
}
