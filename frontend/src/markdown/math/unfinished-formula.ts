/** Unfinished formulas: TeX that would be read as text until its closing mark arrives. */
import { withoutFunctions } from '@/markdown/math/tex'

const MAX_LENGTH = 300
const MAX_DISPLAYED_LENGTH = 2_000
const TEX = /[\\^_{=]/
/** Characters that an amount of money does not contain. */
const TEX_OF_NUMBERS = /[\\^_{]/
/** A word, which is rare in a formula; TeX commands do not count. */
const WORD = /(?:^|[^\\A-Za-z])[A-Za-z]{3}|[\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff]/
/** A number or product, which an amount may be too, and what it is added to. */
const PRODUCT = /^\d+(?:\.\d*)?[%°]?[A-Za-z]{0,3}\s*(?:[-+].*)?$/
/** Such as `3xy`. */
const FACTORS = /^\d+[A-Za-z]{1,3}(?![A-Za-z])/
/** A fraction or equation of numbers, without blanks; a word behind it, as in `$10/month`, makes it an amount. */
const ARITHMETIC = /^\d+(?:[.,]\d+)*[%°]?[=/*:][-+]?[\d.,]*[A-Za-z]?(?:[-+*/=^][\d.,]*[A-Za-z]?)*$/
/** Limits of a variable, such as `0<x<1`. */
const LIMITS = /^\d+(?:\.\d+)?\s*[<>≤≥]=?\s*(?:[A-Za-z]\s*(?:[<>≤≥]=?\s*[-\w.]*)?)?$/
/** The names of points, or the beginning of the name of a variable. */
const POINTS = /^[A-Z]{1,4}$/
const CLOSED = /(?:[^\\$]|\\[\s\S])*\$/y
/** The words behind a level of prices, `$$`. */
const PROSE = /^\s[^\\^_=+*/<>{}|]*\p{L}{3}/u
const LETTER_OR_DIGIT = /[\p{L}\p{N}]$/u
const CJK = /[\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\uff00-\uffef]$/

/** Whether what follows the opening mark (`$`, `$$`, `\(` or `\[`) until the end of the text may become a formula. */
export function isUnfinishedFormula(text: string, at: number, length: number): boolean {
  const mark = text.slice(at, at + length)
  // The next mark closes, or begins another; this one is text.
  if (isClosed(text, mark, at + length)) return false
  const tex = text.slice(at + length)
  if (mark === '$$') {
    const isInText = /\S/.test(text.slice(text.lastIndexOf('\n', at) + 1, at))
    return tex.length <= MAX_DISPLAYED_LENGTH && !/\n[ \t]*\n/.test(tex) && !(isInText && PROSE.test(tex))
  }
  if (tex.length > MAX_LENGTH) return false
  // Text that has its end is not a formula.
  if (mark !== '$') return !tex.includes(mark === '\\(' ? '\\)' : '\\]')
  const before = text.slice(Math.max(0, at - 2), at)
  if (/^\s|\n/.test(tex) || (LETTER_OR_DIGIT.test(before) && !CJK.test(before))) return false
  if (POINTS.test(tex)) return true
  const word = withoutFunctions(tex).search(WORD)
  const start = word < 0 ? tex : tex.slice(0, word)
  return /^\d/.test(tex) ? TEX_OF_NUMBERS.test(start) || mayBeNumeric(tex) : word < 0 || TEX.test(start)
}

/** Whether it begins with a number and has no word. */
function mayBeNumeric(tex: string): boolean {
  if (WORD.test(withoutFunctions(tex.replace(FACTORS, '')))) return false
  return PRODUCT.test(tex) || LIMITS.test(tex) || ARITHMETIC.test(tex.replace(/\s/g, ''))
}

function isClosed(text: string, mark: string, from: number): boolean {
  if (mark !== '$') return text.includes(mark, from)
  CLOSED.lastIndex = from
  return CLOSED.test(text)
}
