/**
 * Formulas in a model's Markdown. Models write `\(x\)`, `\[x\]`, `$x$` and `$$x$$`, and chemistry without marks; all
 * become the one form that the Markdown parser is configured for. Prices, shell variables, escaped brackets and code
 * are not formulas. Every loop moves forward only, so that hostile text takes linear time.
 */
import { endOfChemistry } from '@/markdown/math/chemistry'
import { splitCode } from '@/markdown/syntax/code-spans'
import { CONTAINER } from '@/markdown/syntax/containers'
import { indentFormulas } from '@/markdown/math/indent-formulas'
import { replaceAll, type Replacement } from '@/markdown/syntax/replacements'
import { findTableRows } from '@/markdown/syntax/table-lines'
import {
  isBetweenBrackets,
  isBetweenDollars,
  isBetweenParentheses,
  isBetweenPriceLevels,
  separatesCells,
} from '@/markdown/math/tex'

const HINT = /\$|\\\(|\\\[|\\(?:ce|pu)\{/
const TOKEN = /\\[\s\S]|\$+/g

interface Token {
  mark: string
  at: number
  /** Where its line begins and ends. */
  lineStart: number
  lineEnd: number
  /** Whether its line is a row of a table. */
  isInRow: boolean
}

/** Whether the line with the character at `at` is a row of a table. */
type RowTest = (at: number) => boolean

interface Formulas {
  text: string
  hasMath: boolean
}

export function hasMath(markdown: string): boolean {
  return HINT.test(markdown) && convertAll(markdown).some(({ hasMath }) => hasMath)
}

/** Puts each formula between double dollar signs; an unfinished one stays text. */
export function normalizeMath(markdown: string): string {
  return convertAll(indentFormulas(markdown))
    .map(({ text }) => text)
    .join('')
}

/** Where the formulas of text without code are, in its order. */
export function findFormulas(text: string, isInRow: RowTest = () => false): { from: number; to: number }[] {
  return HINT.test(text) ? convertMarks(text, isInRow).filter(({ isFormula }) => isFormula) : []
}

/** Converts the formulas in each piece of code and each text between. */
function convertAll(markdown: string): Formulas[] {
  const isInRow = rowTestOf(markdown)
  let offset = 0
  return splitCode(markdown).map(({ text, isCode }) => {
    const start = offset
    offset += text.length
    return isCode ? { text, hasMath: false } : convert(text, (at) => isInRow(start + at))
  })
}

function rowTestOf(markdown: string): RowTest {
  if (!markdown.includes('|')) return () => false
  const lines = markdown.split('\n')
  const rows = findTableRows(lines)
  if (!rows.includes(true)) return () => false
  let line = 0
  let start = 0
  // It is asked from the beginning to the end.
  return (at) => {
    while (line < lines.length && start + (lines[line]?.length ?? 0) < at) {
      start += (lines[line]?.length ?? 0) + 1
      line += 1
    }
    return rows[line] ?? false
  }
}

function convert(text: string, isInRow: RowTest): Formulas {
  const marks = convertMarks(text, isInRow)
  return { text: replaceAll(text, marks), hasMath: marks.some(({ isFormula }) => isFormula) }
}

interface ConvertedMark extends Replacement {
  isFormula: boolean
}

function convertMarks(text: string, isInRow: RowTest): ConvertedMark[] {
  const tokens = findTokens(text, isInRow)
  const closings = findClosings(tokens)
  const replacements: ConvertedMark[] = []
  for (let index = 0; index < tokens.length; index += 1) {
    const opening = tokens[index]
    const closing = tokens[closings[index] ?? -1]
    if (!opening) continue
    const chemistryEnd = endOfChemistry(text, opening.at)
    if (chemistryEnd !== null) {
      const by = inline(opening, text.slice(opening.at, chemistryEnd))
      replacements.push({ from: opening.at, to: chemistryEnd, by, isFormula: true })
      while ((tokens[index + 1]?.at ?? chemistryEnd) < chemistryEnd) index += 1
      continue
    }
    const formula = closing ? formulaOf(text, opening, closing) : null
    if (closing && formula !== null) {
      const to = closing.at + closing.mark.length
      replacements.push({ from: opening.at, to, by: formula, isFormula: true })
      index = closings[index] ?? index
    } else if (opening.mark.startsWith('$$')) {
      // It would turn all following text into a formula.
      const to = opening.at + opening.mark.length
      replacements.push({
        from: opening.at,
        to,
        by: opening.mark.replaceAll('$$', '\\$$\\$$'),
        isFormula: false,
      })
    }
  }
  return replacements
}

function findTokens(text: string, isInRow: RowTest): Token[] {
  const tokens: Token[] = []
  let lineStart = 0
  let lineEnd = -1
  for (const { 0: mark, index: at } of text.matchAll(TOKEN)) {
    while (at > lineEnd) {
      lineStart = lineEnd + 1
      const next = text.indexOf('\n', lineStart)
      lineEnd = next < 0 ? text.length : next
    }
    tokens.push({ mark, at, lineStart, lineEnd, isInRow: isInRow(at) })
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
      if (opening.isInRow && separatesCells(tex)) return null
      return isBetweenDollars(
        tex,
        text.slice(Math.max(0, opening.at - 2), opening.at),
        text.charAt(closing.at + 1),
      )
        ? inline(opening, tex)
        : null
    case '\\(':
      if (isIndex(text, opening.at, tex) || isInUrl(text, opening)) return null
      return isBetweenParentheses(tex) ? inline(opening, tex.trim()) : null
    case '\\[':
      if (isIndex(text, opening.at, tex)) return null
      if (opening.isInRow) return isBetweenBrackets(tex, true) ? inline(opening, tex.trim()) : null
      return isBetweenBrackets(tex, standsAlone(text, opening, closing))
        ? display(text, opening, closing, tex)
        : null
    default:
      if (standsAlone(text, opening, closing)) return display(text, opening, closing, tex)
      return isBetweenPriceLevels(tex) ? null : inline(opening, tex)
  }
}

/** Whether it escapes what follows a name, as in `dp\[i+1\]` and `f\(x\)`. */
function isIndex(text: string, at: number, tex: string): boolean {
  return /[\w\]]/.test(text.charAt(at - 1)) && !/\\[A-Za-z]/.test(tex)
}

const MAX_URL_LENGTH = 200

/** Whether it escapes a parenthesis in the URL of a link. */
function isInUrl(text: string, { at, lineStart }: Token): boolean {
  const before = text.slice(Math.max(lineStart, at - MAX_URL_LENGTH), at)
  const start = before.lastIndexOf('](')
  return start >= 0 && !/[\s)]/.test(before.slice(start + 2))
}

/** Whether a formula has its lines for itself. */
function standsAlone(text: string, opening: Token, closing: Token): boolean {
  const before = text.slice(opening.lineStart, opening.at)
  return CONTAINER.exec(before)?.[0] === before && restOf(text, closing) === ''
}

/** The text after the closing mark in its line. */
function restOf(text: string, closing: Token): string {
  return text.slice(closing.at + closing.mark.length, closing.lineEnd).trim()
}

function inline({ isInRow }: Token, tex: string): string {
  return `$$${isInRow ? tex.replace(/\\?\|/g, (bar) => (bar === '|' ? '\\vert ' : '\\Vert ')) : tex}$$`
}

/** A formula on separate lines, inside its quotation or list item. */
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
