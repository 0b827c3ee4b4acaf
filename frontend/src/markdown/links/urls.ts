/**
 * URLs end before the punctuation and brackets of Chinese, Japanese, Korean, Arabic and Hindi. Markdown lets them run
 * on to the next blank, so each such URL is put between angle brackets. The labels and destinations of links stay as
 * they are. Takes linear time.
 */
import { splitCode } from '@/markdown/syntax/code-spans'
import { endOfDestination } from '@/markdown/syntax/destinations'
import { replaceAll, type Replacement } from '@/markdown/syntax/replacements'

const HINT = /(?:https?:\/\/|www\.)[^\s<>]/i
/** Punctuation: full-width, and of Arabic, Urdu and Hindi; and controls of direction. */
const PUNCTUATION_AFTER =
  /[\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\u00ab\u00bb\u060c\u061b\u061f\u06d4\u0964\u0965\u2018-\u201f\u2026\u22ef\u3001-\u303f\ufe50-\ufe6b\uff01-\uff20\uff3b-\uff40\uff5b-\uff65]/
const LETTER = /[\u3005-\u3007\u3041-\u3096\u30a1-\u30fa\u30fc\u3400-\u9fff\uac00-\ud7af]/
const DASH = /[\u2013-\u2015\u2500]/
/** A dash before such text, and a dot that is not within a name such as `レオナルド・ダ・ヴィンチ`. */
const MARK_AFTER = new RegExp(
  `${DASH.source}(?=[*_~\`]{0,3}(?:${[DASH, LETTER, PUNCTUATION_AFTER].map(({ source }) => source).join('|')}))` +
    `|(?<!${LETTER.source})[\u2027\u30fb]|[\u2027\u30fb](?!${LETTER.source})`,
)
const CHARACTER = new RegExp(`(?!${MARK_AFTER.source}|${PUNCTUATION_AFTER.source})[^\\s<>\u3000]`)
/** A maximum length, so that many in one word take linear time. */
const URL_PATTERN = new RegExp(`(?:https?://|www\\.)(?:${CHARACTER.source}){0,2000}`, 'gi')
const URL_HERE = new RegExp(URL_PATTERN, 'iy')
const ENDING = new RegExp(`${MARK_AFTER.source}|${PUNCTUATION_AFTER.source}`, 'y')
const WHOLE = /^(?:https?:\/\/[^/]|www\.[^.])/i
const PUNCTUATION = new Set('.,;:!?*_~\'")]')
/** Closing marks and ASCII punctuation before a CJK letter; a single `_` or `~` may be a part of a name. */
const CLOSING = /[*"'`\]]|~~/y
const AFTER_CLOSING = new RegExp(`[*_~"'\`\\]),.;:!?]{1,8}${LETTER.source}`, 'y')
const COMMA = new RegExp(`[,;!]${LETTER.source}`, 'y')

/** A host in ASCII that a letter of another script follows; the last part of its name does not mix them. */
const HOST =
  /^(?:https?:\/\/)?(?:[a-z\d-]+\.)+[a-z]{2,24}(?::\d{1,5})?(?=(?!\p{Script=Latin})\p{L})(?![\p{L}\p{M}\d-]*\.[a-z]{2})/iu

interface Range {
  from: number
  to: number
}

export function endUrls(markdown: string): string {
  if (!HINT.test(markdown)) return markdown
  const spans = splitCode(markdown)
  return spans
    .map(({ text, isCode }, index) => (isCode ? text : endUrlsIn(text, spans[index + 1]?.isCode ?? false)))
    .join('')
}

function endUrlsIn(text: string, isBeforeCode: boolean): string {
  const links = findLinks(text)
  const ended: Replacement[] = []
  let next = 0
  URL_PATTERN.lastIndex = 0
  for (let found = URL_PATTERN.exec(text); found; found = URL_PATTERN.exec(text)) {
    const [word] = found
    const at = found.index
    const cut = findCut(word)
    const wordEnd = at + cut
    while ((links[next]?.to ?? Infinity) <= at) next += 1
    const isInLink = (links[next]?.from ?? Infinity) <= at
    // Another URL may directly follow the link.
    URL_PATTERN.lastIndex = isInLink ? Math.min(wordEnd, links[next]?.to ?? wordEnd) : wordEnd
    const isEnded = cut < word.length || endsUrl(text, wordEnd) || (isBeforeCode && wordEnd === text.length)
    const url = word.slice(0, lengthOfUrl(word.slice(0, cut)))
    if (isInLink || !isEnded || isPartOfWord(text.charAt(at - 1)) || !WHOLE.test(url)) continue
    const by = /^www/i.test(url) ? `[${url}](http://${url})` : `<${url}>`
    ended.push({ from: at, to: at + url.length, by })
  }
  return replaceAll(text, ended)
}

/** The end of the URL that begins at `at`; -1 if none does. */
export function endOfUrl(text: string, at: number): number {
  URL_HERE.lastIndex = at
  const word = URL_HERE.exec(text)?.[0]
  return word === undefined ? -1 : at + lengthOfUrl(word.slice(0, findCut(word)))
}

function endsUrl(text: string, at: number): boolean {
  return matchesAt(ENDING, text, at)
}

function matchesAt(pattern: RegExp, text: string, at: number): boolean {
  pattern.lastIndex = at
  return pattern.test(text)
}

/**
 * Where a closing mark or a comma ends the URL before the letters of the sentence, or these directly follow the host;
 * otherwise its length.
 */
function findCut(word: string): number {
  const [host] = HOST.exec(word) ?? []
  if (host !== undefined) return host.length
  let depth = 0
  let isPlain = true
  for (let at = 0; at < word.length; at += 1) {
    const character = word.charAt(at)
    if (character === '(') depth += 1
    else if (character === ')') depth -= 1
    const closes = (character === ')' && depth < 0) || matchesAt(CLOSING, word, at)
    if (closes && matchesAt(AFTER_CLOSING, word, at)) return at
    if (isPlain && matchesAt(COMMA, word, at)) return at
    if (/[?#]/.test(character) || LETTER.test(character)) isPlain = false
  }
  return word.length
}

/** Punctuation at the end is not part of the URL, but a parenthesis is if the URL opens it. */
function lengthOfUrl(word: string): number {
  let depth = 0
  for (const character of word) {
    if (character === '(') depth += 1
    else if (character === ')') depth -= 1
  }
  let end = word.length
  while (end > 0 && PUNCTUATION.has(word.charAt(end - 1))) {
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

/** The end of the link whose label ends here; -1 if it is not one. A negative opening begins a line. */
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
