/**
 * Formulas in a model's Markdown. Models write `\(x\)`, `\[x\]`, `$x$` and `$$x$$`; all become the one form that the
 * Markdown parser is configured for. Prices, shell variables and escaped brackets are not formulas, and neither is
 * anything in code. Every loop moves forward only, so that hostile text takes linear time.
 */
import { splitCode } from '@/markdown/code-spans'
import { isBetweenBrackets, isBetweenDollars, isBetweenParentheses } from '@/markdown/tex'

const HINT = /\$|\\\(|\\\[/
const TOKEN = /\\[\s\S]|\$\$?/g
/** What a line of a quotation or list item begins with. */
const CONTAINER = /^[ \t>]*(?:(?:[-*+]|\d{1,9}[.)])[ \t]+)*/

interface Token {
  mark: string
  at: number
  /** Where its line begins and ends. */
  lineStart: number
  lineEnd: number
}

interface Formulas {
  text: string
  hasMath: boolean
}

export function hasMath(markdown: string): boolean {
  return HINT.test(markdown) && splitCode(markdown).some((span) => !span.isCode && convert(span.text).hasMath)
}

/** Puts each formula between double dollar signs; an unfinished one stays text. */
export function normalizeMath(markdown: string): string {
  return splitCode(markdown)
    .map((span) => (span.isCode ? span.text : convert(span.text).text))
    .join('')
}

/** Where the formulas of text without code are, in its order. */
export function findFormulas(text: string): { from: number; to: number }[] {
  return replacementsIn(text).filter(({ isFormula }) => isFormula)
}

function convert(text: string): Formulas {
  const replacements = replacementsIn(text)
  const pieces: string[] = []
  let done = 0
  for (const { from, to, by } of replacements) {
    pieces.push(text.slice(done, from), by)
    done = to
  }
  return {
    text: pieces.join('') + text.slice(done),
    hasMath: replacements.some(({ isFormula }) => isFormula),
  }
}

interface Replacement {
  from: number
  to: number
  by: string
  isFormula: boolean
}

function replacementsIn(text: string): Replacement[] {
  const tokens = findTokens(text)
  const closings = findClosings(tokens)
  const replacements: Replacement[] = []
  for (let index = 0; index < tokens.length; index += 1) {
    const opening = tokens[index]
    const closing = tokens[closings[index] ?? -1]
    if (!opening) continue
    const formula = closing ? formulaOf(text, opening, closing) : null
    if (closing && formula !== null) {
      const to = closing.at + closing.mark.length
      replacements.push({ from: opening.at, to, by: formula, isFormula: true })
      index = closings[index] ?? index
    } else if (opening.mark === '$$') {
      // It would turn all following text into a formula.
      replacements.push({ from: opening.at, to: opening.at + 2, by: '\\$\\$', isFormula: false })
    }
  }
  return replacements
}

function findTokens(text: string): Token[] {
  const tokens: Token[] = []
  let lineStart = 0
  let lineEnd = -1
  for (const { 0: mark, index: at } of text.matchAll(TOKEN)) {
    while (at > lineEnd) {
      lineStart = lineEnd + 1
      const next = text.indexOf('\n', lineStart)
      lineEnd = next < 0 ? text.length : next
    }
    tokens.push({ mark, at, lineStart, lineEnd })
  }
  return tokens
}

const CLOSING: Readonly<Record<string, string>> = { '\\[': '\\]', '\\(': '\\)', $: '$', $$: '$$' }
const RIVALS: Readonly<Record<string, string>> = { '\\]': '\\[', '\\)': '\\(' }

/** For each opening mark, the index of the mark that closes it: the next one, if none of the same kind comes before. */
function findClosings(tokens: readonly Token[]): (number | undefined)[] {
  const next = new Map<string, number>()
  const closings: (number | undefined)[] = []
  for (let index = tokens.length - 1; index >= 0; index -= 1) {
    const mark = tokens[index]?.mark ?? ''
    const closing = CLOSING[mark]
    closings[index] = closing === undefined ? undefined : next.get(closing)
    next.set(mark, index)
    if (closing !== undefined && RIVALS[closing] === mark) next.delete(closing)
  }
  return closings
}

/** The formula in the parser's form, or null if it is text. */
function formulaOf(text: string, opening: Token, closing: Token): string | null {
  const tex = text.slice(opening.at + opening.mark.length, closing.at)
  if (tex.trim() === '') return null
  switch (opening.mark) {
    case '$':
      return isBetweenDollars(
        tex,
        text.slice(Math.max(0, opening.at - 2), opening.at),
        text.charAt(closing.at + 1),
      )
        ? inline(text, opening, tex)
        : null
    case '\\(':
      return isBetweenParentheses(tex) && !isInAddress(text, opening)
        ? inline(text, opening, tex.trim())
        : null
    case '\\[':
      return isBetweenBrackets(tex, standsAlone(text, opening, closing))
        ? display(text, opening, closing, tex)
        : null
    default:
      return standsAlone(text, opening, closing)
        ? display(text, opening, closing, tex)
        : inline(text, opening, tex)
  }
}

const LONGEST_ADDRESS = 200

/** Whether it escapes a parenthesis in the address of a link. */
function isInAddress(text: string, { at, lineStart }: Token): boolean {
  const before = text.slice(Math.max(lineStart, at - LONGEST_ADDRESS), at)
  const address = before.lastIndexOf('](')
  return address >= 0 && !/[\s)]/.test(before.slice(address + 2))
}

/** Whether a formula has its lines for itself. */
function standsAlone(text: string, opening: Token, closing: Token): boolean {
  const before = text.slice(opening.lineStart, opening.at)
  return CONTAINER.exec(before)?.[0] === before && restOf(text, closing) === ''
}

/** What follows in the line of the closing mark. */
function restOf(text: string, closing: Token): string {
  return text.slice(closing.at + closing.mark.length, closing.lineEnd).trim()
}

function inline(text: string, opening: Token, tex: string): string {
  const isCell = /^[ \t>]*\|/.test(text.slice(opening.lineStart, opening.at))
  return `$$${isCell ? tex.replace(/\\?\|/g, (bar) => (bar === '|' ? '\\vert ' : '\\Vert ')) : tex}$$`
}

/** A formula on separate lines, inside the quotation or list item where it stands. */
function display(text: string, opening: Token, closing: Token, tex: string): string {
  const line = text.slice(opening.lineStart, opening.at)
  const [container = ''] = CONTAINER.exec(line) ?? []
  const indent = container.replace(/[^>\t]/g, ' ')
  const [first = '', ...more] = tex.split('\n')
  const last = more
    .at(-1)
    ?.replace(/^[ \t>]*/, '')
    .trim()
  if (last === '') more.pop()
  const lines = [first.trim() === '' ? null : `${indent}${first.trim()}`, ...more].filter(
    (part) => part !== null,
  )
  const head = line === container ? '$$' : `\n${indent}$$`
  return [head, ...lines, `${indent}$$`].join('\n') + (restOf(text, closing) === '' ? '' : `\n${indent}`)
}
