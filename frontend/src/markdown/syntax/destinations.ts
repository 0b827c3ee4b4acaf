/** Where the destination of a Markdown link ends. */
const MAX_LENGTH = 2_000
/** CommonMark's limit. */
const MAX_PARENTHESES = 32
const CLOSING_OF_TITLE: Readonly<Record<string, string>> = { '"': '"', "'": "'", '(': ')' }

/**
 * Where the destination and title in parentheses end, the closing one included, from the opening one at `from`; -1 if
 * the text ends before, null if it is not a destination.
 */
export function endOfDestination(text: string, from: number): number | null {
  const start = skipBlanks(text, from + 1)
  if (text[start] === '<') return endOfBracketed(text, start)
  let depth = 1
  const limit = Math.min(text.length, from + MAX_LENGTH)
  for (let at = start; at < limit; at += 1) {
    const character = text.charAt(at)
    if (character === '\\') at += 1
    else if (character === '(') depth += 1
    else if (character === ')') depth -= 1
    else if (/\s/.test(character)) return depth === 1 ? endOfTitle(text, at) : null
    if (depth === 0) return at + 1
    if (depth > MAX_PARENTHESES) return null
  }
  return limit === text.length ? -1 : null
}

/** A destination between angle brackets may have blanks. */
function endOfBracketed(text: string, from: number): number | null {
  const limit = Math.min(text.length, from + MAX_LENGTH)
  for (let at = from + 1; at < limit; at += 1) {
    const character = text.charAt(at)
    if (character === '\\') at += 1
    else if (character === '>') return endOfTitle(text, at + 1)
    else if (character === '<' || character === '\n') return null
  }
  return limit === text.length ? -1 : null
}

function endOfTitle(text: string, from: number): number | null {
  let at = skipBlanks(text, from)
  const closingMark = CLOSING_OF_TITLE[text.charAt(at)]
  if (closingMark !== undefined && at > from) {
    const length = text.slice(at + 1, at + 1 + MAX_LENGTH).indexOf(closingMark)
    if (length < 0) return text.length - at > MAX_LENGTH ? null : -1
    at = skipBlanks(text, at + length + 2)
  }
  if (at === text.length) return -1
  return text[at] === ')' ? at + 1 : null
}

function skipBlanks(text: string, from: number): number {
  let at = from
  while (at < text.length && /\s/.test(text.charAt(at))) at += 1
  return at
}
