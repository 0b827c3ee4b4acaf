/**
 * Completes or hides half-written markup at the end of a growing block, so that it does not flicker between text and
 * formatting. Never used on finished text.
 * Decision 30 (docs/decisions/0030-unfinished-markdown-is-mended-by-our-own-code.md) says why remend does not do this.
 */
import { findUnfinishedTag } from '@/lib/text/allowed-tags'
import { withoutContainer } from '@/markdown/syntax/containers'
import { isHtmlText } from '@/markdown/syntax/html-text'
import { mendInline } from '@/markdown/mending/inline-tail'
import { endsInFence } from '@/markdown/syntax/markdown-blocks'
import { holdBars } from '@/markdown/tables/open-table'
import { cellCount, startOfCell } from '@/markdown/tables/table-cells'
import { findTableRows, isTableDelimiter } from '@/markdown/syntax/table-lines'

/** Text that is only the start of a heading, rule, fence, list item or task box. */
const UNFINISHED_MARK = /^(?:[-=*+]{1,3}|#{1,6}|\d{1,9}[.)]?|`{1,3}|~{1,3}|\[(?:[ xX]\]?)?)?[ \t]*$/
/** A label that may become a definition, alone or with an unfinished URL. */
const UNFINISHED_DEFINITION = /^[ \t>]*\[(?!\^)(?:[^[\]*_~]{0,60}|[^[\]*_~]{1,60}\](?::[ \t]*(?:<[^<>]*)?)?)$/
/** The title of a definition that is not complete. */
const UNFINISHED_TITLE = /(^[ \t>]*\[[^[\]]{1,200}\]:[ \t]*\S+)[ \t]+(?:"[^"]*|'[^']*|\([^)]*)$/
/** The URL of a definition, up to a parenthesis that it opens. */
const UNFINISHED_PARENTHESIS = /(^[ \t>]*\[[^[\]]{1,200}\]:[ \t]*[^\s()]*(?:\([^\s()]*\)[^\s()]*)*)\([^\s)]*$/
const UNFINISHED_CLOSING_FENCE = /\n[ \t>]*(?:`+|~+)[ \t]*$/
const HEADING = /^#{1,6}[ \t]+/
/** A line that begins a paragraph, even if the line before is one. */
const BEGINNING = /^[ \t>]*(?:(?:[-*+]|\d{1,9}[.)]|#{1,6})[ \t]|<\/?(?:details|summary)\b)/i
const INDENTED_CODE = /^(?: {4}|\t)/

export function mendTail(block: string): string {
  const before = block.slice(0, block.trimEnd().lastIndexOf('\n') + 1)
  if (endsInFence(block)) return block.replace(UNFINISHED_CLOSING_FENCE, '')
  if (endsInFence(before)) return block
  const bare = holdTableHead(hideUnfinishedMark(block))
  if (isIndentedCode(block)) return bare
  const text = holdBars(bare)
  const start = startOfInline(text)
  return start < 0
    ? hideUnfinishedTagLine(text)
    : hideUnfinishedMark(text.slice(0, start) + mendInline(text.slice(start)))
}

/** Below other HTML, a tag of a details element is alone on its line. */
function hideUnfinishedTagLine(text: string): string {
  const lineStart = text.lastIndexOf('\n') + 1
  return findUnfinishedTag(text.slice(lineStart).trimStart()) === 0 ? text.slice(0, lineStart) : text
}

function isIndentedCode(block: string): boolean {
  if (/^\s*(?:[-*+]|\d{1,9}[.)])\s/.test(block)) return false
  return block.split('\n').every((line) => line.trim() === '' || INDENTED_CODE.test(line))
}

/**
 * Where the last paragraph, heading or cell of a table begins, after the marks of its quotation or list item; -1 if it
 * is HTML that is shown as it was typed.
 */
function startOfInline(text: string): number {
  const lines = text.split('\n')
  let first = lines.length - 1
  while (first > 0 && !BEGINNING.test(lines[first] ?? '') && !endsParagraph(lines[first - 1] ?? ''))
    first -= 1
  const paragraph = lines.slice(first)
  const last = lines.at(-1) ?? ''
  if (isHtmlText(paragraph)) return -1
  if (findTableRows(paragraph).at(-1) === true) return text.length - last.length + startOfCell(last)
  const start = text.length - paragraph.join('\n').length
  const bare = withoutContainer(paragraph[0] ?? '')
  return start + (paragraph[0] ?? '').length - bare.replace(HEADING, '').length
}

/** Whether the next line is not of the same paragraph: after a blank line, heading, fence or details element. */
function endsParagraph(line: string): boolean {
  return /^[ \t>]*(?:#{1,6}[ \t]|`{3}|~{3}|<\/?(?:details|summary)\b|$)/i.test(line)
}

function hideUnfinishedMark(text: string): string {
  const lineStart = text.lastIndexOf('\n') + 1
  const line = text.slice(lineStart)
  const isUnfinished =
    line !== '' &&
    (UNFINISHED_MARK.test(withoutContainer(line).replace(HEADING, '')) || UNFINISHED_DEFINITION.test(line))
  return isUnfinished
    ? text.slice(0, Math.max(0, lineStart - 1))
    : text.slice(0, lineStart) + line.replace(UNFINISHED_TITLE, '$1').replace(UNFINISHED_PARENTHESIS, '$1')
}

/** The first line of a table is a paragraph until the second line is complete, so it is held back until then. */
function holdTableHead(text: string): string {
  const lines = text.replace(/\n$/, '').split('\n')
  let first = lines.length
  while (lines[first - 1]?.trimStart().startsWith('|')) first -= 1
  const [head, delimiter, ...body] = lines.slice(first)
  if (head === undefined || body.length > 0) return text
  const isWhole =
    delimiter !== undefined && isTableDelimiter(delimiter) && cellCount(delimiter) >= cellCount(head)
  return isWhole ? text : lines.slice(0, first).join('\n')
}
