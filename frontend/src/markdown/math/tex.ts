/**
 * Distinguishes TeX between two marks from prices, variables and escaped brackets, in all scripts. Takes linear time.
 */
const COMMAND = /\\[A-Za-z]/
const BLANK_LINE = /\n[ \t]*\n/
const DIGITS = /^\s*\d+\s*$/
const CJK = /[\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\uff00-\uffef]/
const CJK_PUNCTUATION = /[\u3000-\u303f\uff01-\uff0f\uff1a-\uff20\uff3b-\uff40\uff5b-\uff65]/
/** A letter of a script in which no formulas are written. */
const FOREIGN = /(?![\p{Script=Latin}\p{Script=Greek}\p{Script=Common}])\p{L}/u
/** An argument, as of `\text{}`, which may be words. */
const ARGUMENT = /\\[a-z]+\{[^{}]*\}/gi
const FUNCTION =
  /(?<![\\A-Za-z])(?:arccos|arcsin|arctan|arg|cosh?|det|dim|exp|gcd|inf|lcm|lim|log|max|min|mod|sinh?|sup|tanh?)(?![A-Za-z])/g
const WORD = /[A-Za-z]{3}/
/** Money: numbers joined by a short word, or a number and a longer word that does not touch it. */
const AMOUNT = /^(?=\d)[^\\^_={]*(?:[\p{L}\p{Po}\d]\s\p{L}{1,2}\s[\d$]|[^\p{L}\d\\^_={]\p{L}{3})/u
const VARIABLE = /^\{[\w.:-]+\}(?![\^_])/
/** Of a shell: `$(pwd)/$(date)`. */
const SUBSTITUTION = /^\([a-z]{2}[^()]*\)/i
const RELATION = /[\w)\]}!'|]\s*[=<>]\s*[-+]?[\w([{|\\]/
const OPERATION = /[\w)\]}!'|]\s*[-+*/^_]\s*[-+]?[\w([{|\\]/
const SUM_OR_SCRIPT = /[\w)\]}!'|]\s*[+^_]\s*[-+]?[\w([{|\\]/
/** A number and a letter, with the signs that may surround the letter. */
const TERM = /^\s*[-+]?\d*[(|]?[A-Za-z][!'*]*(?:\([A-Za-z\d,\s]*\))?[)|]?\s*$/
/** Options of a command, and words in their place. */
const OPTION = /^\s*(?:--[A-Za-z]|-[A-Za-z]+(?:=|\s+[A-Za-z]))|<\w+>/
/** An abbreviation such as `e.g.`, or a version such as `v1.0`. */
const ABBREVIATION = /^\s*(?:[A-Za-z]\.(?:\s?[A-Za-z]\.)*|[A-Za-z]{1,2}\.|v\d+(?:\.\d+)+)\s*$/
/** Numbers of references, and a range of them. */
const REFERENCES = /^\s*\d+(?:(?:,\s*|;\s*|[-\u2013])\d+)*\s*$/

/** Whether `$tex$` is a formula, judged with the text before and after it. */
export function isBetweenDollars(tex: string, before: string, after: string): boolean {
  if (tex !== tex.trim() || /\n|\$\$|^[/,;:!?]/.test(tex) || /[\d{]/.test(after) || VARIABLE.test(tex))
    return false
  if (after === '(' && SUBSTITUTION.test(tex)) return false
  if (/[\p{L}\p{N}]$/u.test(before) && !CJK.test(before.slice(-1))) return false
  if (/[A-Za-z]/.test(after) && !maySuffixFollow(tex)) return false
  if (!isBalanced(tex)) return false
  const own = tex.replace(ARGUMENT, '')
  if (CJK_PUNCTUATION.test(own) || AMOUNT.test(tex)) return false
  return (
    !FOREIGN.test(own) || (/\\[A-Za-z]{2}|=/.test(tex) && !/^\d/.test(tex) && !CJK.test(before.slice(-1)))
  )
}

const SIZED_BAR = /\\(?:left|right|middle|[Bb]igg?[lrm]?)\s*$/
const MAX_SIZE_LENGTH = 12

/**
 * Whether a bar in `$tex$` ends the cell of a table's row. Bars of absolute values come in pairs that touch what is
 * between them; others stand in parentheses, or after a command.
 */
export function separatesCells(tex: string): boolean {
  if (/^[\d\s.,|]+$/.test(tex)) return tex.includes('|')
  const bars = readBars(tex)
  return bars === null || bars.isOpen
}

/** Whether the beginning of `tex` until now may be in one cell. */
export function mayStayInCell(tex: string): boolean {
  return readBars(tex) !== null
}

/** Null if a bar separates cells. */
function readBars(tex: string): { isOpen: boolean } | null {
  let depth = 0
  let isOpen = false
  for (let at = 0; at < tex.length; at += 1) {
    let character = tex.charAt(at)
    if (character === '\\') character = tex.charAt((at += 1)) === '|' ? '' : tex.charAt(at)
    if (/[([{]/.test(character)) depth += 1
    else if (/[)\]}]/.test(character)) depth -= 1
    if (character !== '|' || depth > 0 || SIZED_BAR.test(tex.slice(Math.max(0, at - MAX_SIZE_LENGTH), at)))
      continue
    const after = tex.charAt(at + 1)
    if (/[_^]/.test(after)) continue
    if (/\s/.test(isOpen ? tex.charAt(at - 1) : after)) return null
    isOpen = !isOpen
  }
  return { isOpen }
}

/** Whether its parentheses come in pairs; with brackets, they may be an interval. */
function isBalanced(tex: string): boolean {
  if (/[[\]\\]/.test(tex)) return true
  let depth = 0
  for (const character of tex) {
    if (character === '(') depth += 1
    else if (character === ')') depth -= 1
    if (depth < 0) return false
  }
  return depth === 0
}

/** A level of prices: `$$ and $$$`, `$$–$$$`. */
export function isBetweenPriceLevels(tex: string): boolean {
  if (/[\\^_=+*/<>{}|]/.test(tex)) return false
  if (!isBalanced(tex)) return true
  if (!/[\p{L}\p{N}]/u.test(tex)) return true
  return /^\W*\s/.test(tex) && /\s$/.test(tex) && /\p{L}{2}/u.test(withoutFunctions(tex))
}

/** Letters follow a formula (`$n$th`) if it ends in a symbol and has no word. */
function maySuffixFollow(tex: string): boolean {
  return /[\w)\]}]$/.test(tex) && !/(?<![\\A-Za-z])[A-Za-z]{2}/.test(tex)
}

/** Whether `\(tex\)` is a formula, or text in escaped parentheses. */
export function isBetweenParentheses(tex: string): boolean {
  if (BLANK_LINE.test(tex)) return false
  if (COMMAND.test(tex)) return true
  if (OPTION.test(tex) || DIGITS.test(tex) || ABBREVIATION.test(tex)) return false
  return RELATION.test(tex) || SUM_OR_SCRIPT.test(tex) || (!isProse(tex) && !/^\s*\w*\+\+\s*$/.test(tex))
}

/** Whether `\[tex\]` is a formula, or text in escaped brackets, such as a reference. */
export function isBetweenBrackets(tex: string, standsAlone: boolean): boolean {
  if (COMMAND.test(tex) || (tex.includes('\n') && standsAlone)) return true
  if (OPTION.test(tex) || BLANK_LINE.test(tex) || REFERENCES.test(tex)) return false
  if (!standsAlone) return (RELATION.test(tex) || SUM_OR_SCRIPT.test(tex)) && !WORD.test(tex)
  return RELATION.test(tex) || ((OPERATION.test(tex) || TERM.test(tex)) && !isProse(tex))
}

/** Whether it has a word that is not the name of a function. */
function isProse(tex: string): boolean {
  return WORD.test(withoutFunctions(tex)) || FOREIGN.test(tex)
}

/** The text with digits in place of the names of functions. */
export function withoutFunctions(tex: string): string {
  return tex.replace(FUNCTION, (name) => '0'.repeat(name.length))
}
