/**
 * Completes or hides half-written markup at the end of a growing block, so that it does not flicker between text and
 * formatting. Never used on finished text.
 * Decision 30 (docs/decisions/0030-unfinished-markdown-is-mended-by-our-own-code.md) says why remend does not do this.
 */
import { mendInline } from '@/markdown/inline-tail'
import { endsInFence } from '@/markdown/markdown-blocks'
import { holdBars } from '@/markdown/open-table'
import { cellCount, TABLE_DELIMITER } from '@/markdown/table-lines'

/** What is only the start of a heading, rule, fence, list item or box of a task. */
const BEGUN_MARK = /^(?:[-=*+]{1,3}|#{1,6}|\d{1,9}[.)]?|`{1,3}|~{1,3}|\[(?:[ xX]\]?)?)?[ \t]*$/
/** A short label that may become a definition. */
const BEGUN_DEFINITION = /^[ \t>]*\[(?:[\w-]{0,20}|[\w-]{1,20}\](?::[ \t]*)?)$/
const BEGUN_CLOSING_FENCE = /\n[ \t]*(?:`+|~+)[ \t]*$/
/** What a line of a quotation or list item begins with, or a heading. */
const CONTAINER = /^[ \t>]*(?:(?:[-*+]|\d{1,9}[.)]|#{1,6})[ \t]+)*/
/** A line that begins a paragraph, even if the line before is one. */
const BEGINNING = /^[ \t>]*(?:(?:[-*+]|\d{1,9}[.)]|#{1,6})[ \t]|<\/?(?:details|summary)\b)/i
const INDENTED_CODE = /^(?: {4}|\t)/

export function mendTail(block: string): string {
  const before = block.slice(0, block.trimEnd().lastIndexOf('\n') + 1)
  if (endsInFence(block)) return block.replace(BEGUN_CLOSING_FENCE, '')
  if (endsInFence(before)) return block
  const bare = holdTableHead(hideBegunMark(block))
  if (INDENTED_CODE.test(block) && !/^\s*(?:[-*+]|\d{1,9}[.)])\s/.test(block)) return bare
  const text = holdBars(bare)
  const start = startOfInline(text)
  return hideBegunMark(text.slice(0, start) + mendInline(text.slice(start)))
}

/** Where the last paragraph, heading or cell of a table begins, after the marks of its quotation or list item. */
function startOfInline(text: string): number {
  const lines = text.split('\n')
  let first = lines.length - 1
  while (first > 0 && !BEGINNING.test(lines[first] ?? '') && !endsParagraph(lines[first - 1] ?? ''))
    first -= 1
  const paragraph = lines.slice(first)
  const last = lines.at(-1) ?? ''
  const isTable = paragraph.length > 2 && TABLE_DELIMITER.test(withoutContainer(paragraph[1] ?? ''))
  if (isTable) return text.length - last.length + startOfCell(last)
  const start = text.length - paragraph.join('\n').length
  return start + (CONTAINER.exec(paragraph[0] ?? '')?.[0].length ?? 0)
}

/** Whether the next line is not of the same paragraph: after a blank line, heading, fence or fold. */
function endsParagraph(line: string): boolean {
  return /^[ \t>]*(?:#{1,6}[ \t]|`{3}|~{3}|<\/?(?:details|summary)\b|$)/i.test(line)
}

function startOfCell(row: string): number {
  let start = 0
  for (let at = 0; at < row.length; at += 1) {
    if (row[at] === '\\') at += 1
    else if (row[at] === '|') start = at + 1
  }
  return start
}

function withoutContainer(line: string): string {
  return line.replace(CONTAINER, '')
}

function hideBegunMark(text: string): string {
  const lineStart = text.lastIndexOf('\n') + 1
  const line = text.slice(lineStart)
  const isBegun = line !== '' && (BEGUN_MARK.test(withoutContainer(line)) || BEGUN_DEFINITION.test(line))
  return isBegun ? text.slice(0, Math.max(0, lineStart - 1)) : text
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
