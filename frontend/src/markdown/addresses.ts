/**
 * Addresses in Chinese, Japanese and Korean text end before full-width punctuation and brackets. Markdown lets them run on
 * to the next blank, so each such address is put between angle brackets. The labels and destinations of links stay as they
 * are. Takes linear time.
 */
import { splitCode } from '@/markdown/code-spans'
import { endOfDestination } from '@/markdown/destinations'

const HINT = /(?:https?:\/\/|www\.)[^\s<>]/i
/** Without blanks and full-width punctuation. */
const WORD =
  /(?:(?!\u2014\u2014)[^\s<>\u2018-\u201f\u2026\u3000-\u303f\ufe50-\ufe6b\uff01-\uff20\uff3b-\uff40\uff5b-\uff65])+/g
const ENDING =
  /^(?:\u2014\u2014|[\u2018-\u201f\u2026\u3001-\u303f\ufe50-\ufe6b\uff01-\uff20\uff3b-\uff40\uff5b-\uff65])/
const ADDRESS = /https?:\/\/|www\./i
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
    if (start < 0 || !ENDING.test(text.slice(offset + word.length, offset + word.length + 2))) return word
    while ((links[next]?.to ?? Infinity) <= offset + start) next += 1
    const isInLink = (links[next]?.from ?? Infinity) <= offset + start
    if (isInLink || isPartOfWord(start === 0 ? text.charAt(offset - 1) : word.charAt(start - 1))) return word
    const end = endOfAddress(word, start)
    const address = word.slice(start, end)
    if (!address.includes('.')) return word
    const link = /^www/i.test(address) ? `[${address}](http://${address})` : `<${address}>`
    return word.slice(0, start) + link + word.slice(end)
  })
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
