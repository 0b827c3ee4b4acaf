/**
 * Completes or hides half-written markup at the end of a growing block, so that it does not flicker between text and
 * formatting. Never used on finished text.
 */
import { findBegunTag } from '@/lib/allowed-tags'
import { splitCode } from '@/markdown/code-spans'
import { endsInFence } from '@/markdown/markdown-blocks'
import { normalizeMath } from '@/markdown/math'
import { TABLE_DELIMITER } from '@/markdown/table-lines'

/** A last line that is only the start of a list item, heading, quote, rule or fence. */
const BEGUN_MARK = /^[ \t]*(?:[-=*+>]{1,3}|#{1,6}|\d{1,9}[.)]?|`{1,3}|~{1,3})[ \t]*$/
const BEGUN_CLOSING_FENCE = /\n[ \t]*(?:`+|~+)[ \t]*$/

export function mendTail(block: string): string {
  const before = block.slice(0, block.trimEnd().lastIndexOf('\n') + 1)
  if (endsInFence(block)) return block.replace(BEGUN_CLOSING_FENCE, '')
  if (endsInFence(before)) return block
  const text = hideHalfLink(hideHalfFormula(holdTableHead(hideBegunMark(hideBegunTag(hideBackslash(block))))))
  const isTable = /^\s*\|/.test(lastParagraph(text))
  if (isTable) return text
  // A mark at the end may be half of the one that closes or opens.
  const bare = hideLastMark(text)
  return closeMarks(bare, lastParagraph(bare))
}

function lastParagraph(text: string): string {
  return text.slice(text.lastIndexOf('\n\n') + 1)
}

/** The paragraph without code, formulas and escaped characters. */
function textOf(paragraph: string): string {
  return splitCode(normalizeMath(paragraph))
    .map(({ text, isCode }) => (isCode ? '' : text.replace(/\$\$[^$]*\$\$/g, '').replace(/\\[\s\S]/g, '')))
    .join('')
}

/** The backticks of code that is still open. */
function openCode(paragraph: string): string | undefined {
  return /`+/.exec(textOf(paragraph))?.[0]
}

/** A backslash at the end escapes what comes next. */
function hideBackslash(text: string): string {
  const isOpen = /(?<!\\)(?:\\\\)*\\$/.test(text.slice(-20)) && openCode(lastParagraph(text)) === undefined
  return isOpen ? text.slice(0, -1) : text
}

/** TeX that is read as text until its end has come. */
const LONGEST_HALF_FORMULA = 300

function hideHalfFormula(text: string): string {
  const at = Math.max(text.lastIndexOf('\\('), text.lastIndexOf('\\['))
  if (at < 0 || text.length - at > LONGEST_HALF_FORMULA) return text
  const isWhole = text.includes(text[at + 1] === '(' ? '\\)' : '\\]', at)
  return isWhole || openCode(lastParagraph(text.slice(0, at))) !== undefined ? text : text.slice(0, at)
}

function hideLastMark(text: string): string {
  let end = text.length
  while (/[*~_]/.test(text.charAt(end - 1))) end -= 1
  return text[end - 1] === '\\' || openCode(lastParagraph(text)) !== undefined ? text : text.slice(0, end)
}

function hideBegunTag(text: string): string {
  const start = findBegunTag(text)
  const isText =
    start < 0 || text[start - 1] === '\\' || count(lastParagraph(text.slice(0, start)), '`') % 2 === 1
  return isText ? text : text.slice(0, start)
}

function hideBegunMark(text: string): string {
  const lineStart = text.lastIndexOf('\n') + 1
  return BEGUN_MARK.test(text.slice(lineStart)) ? text.slice(0, Math.max(0, lineStart - 1)) : text
}

/** Shows only the label of a link that is not complete; an address may contain pairs of parentheses. */
function hideHalfLink(text: string): string {
  const lineStart = text.lastIndexOf('\n') + 1
  const line = text.slice(lineStart)
  const address = findOpenAddress(line)
  const label = address < 0 ? findOpenLabel(line) : line.lastIndexOf('[', address)
  if (label < 0) return text
  const shown = line.slice(label + 1, address < 0 ? undefined : address).replace(']', '')
  const start = lineStart + label - (line[label - 1] === '!' ? 1 : 0)
  if (line[label - 1] === '!') return text.slice(0, start)
  return text.slice(0, start) + (/^(?:\^|[ xX]?$)/.test(shown) ? '' : shown)
}

/** Where the label begins that ends the line, at its `[`; otherwise -1. */
function findOpenLabel(line: string): number {
  const opening = line.lastIndexOf('[')
  const closing = line.indexOf(']', opening)
  const isLast = closing < 0 || closing === line.length - 1
  const isText = line[opening - 1] === '\\' || count(line.slice(0, opening), '`') % 2 === 1
  return isLast && !isText ? opening : -1
}

/** Where the last address of the line begins, at its `](`, if it is still open; otherwise -1. */
function findOpenAddress(line: string): number {
  let opening = -1
  let depth = 0
  for (let at = 0; at < line.length; at += 1) {
    if (opening < 0 && line.startsWith('](', at)) opening = at
    if (opening < 0) continue
    if (line[at] === '(') depth += 1
    if (line[at] === ')') depth -= 1
    if (depth === 0 && at > opening) opening = -1
  }
  return opening
}

/** The first line of a table is a paragraph until the second line is complete, so it is held back until then. */
function holdTableHead(text: string): string {
  const lines = text.replace(/\n$/, '').split('\n')
  let first = lines.length
  while (lines[first - 1]?.trimStart().startsWith('|')) first -= 1
  const [head, delimiter, ...body] = lines.slice(first)
  if (head === undefined || body.length > 0) return text
  const isWhole =
    delimiter !== undefined && TABLE_DELIMITER.test(delimiter) && cellCount(delimiter) >= cellCount(head)
  return isWhole ? text : lines.slice(0, first).join('\n')
}

function cellCount(row: string): number {
  return row
    .trim()
    .replace(/^\||\|$/g, '')
    .split('|').length
}

function closeMarks(text: string, paragraph: string): string {
  const withoutCode = textOf(paragraph)
  const code = openCode(paragraph)
  if (code !== undefined) return text.endsWith(code) ? text.slice(0, -code.length) : text + code
  const withoutStrong = withoutCode.replaceAll('**', '').replace(/^[ \t]*\*\s/gm, '')
  const afterStar = withoutStrong.slice(withoutStrong.lastIndexOf('*') + 1)
  const emphasisIsOpen =
    /^\S/.test(afterStar) && !afterStar.includes('\n') && count(withoutStrong, '*') % 2 === 1
  let mended = emphasisIsOpen ? `${text}*` : text
  for (const mark of ['**', '~~']) {
    if (count(withoutCode, mark) % 2 === 0) continue
    mended = mended.endsWith(mark) ? mended.slice(0, -mark.length) : mended.trimEnd() + mark
  }
  return mended
}

function count(text: string, mark: string): number {
  return text.split(mark).length - 1
}
