/**
 * Completes or hides half-written markup at the end of a growing block, so that it does not flicker between text and
 * formatting. Never used on finished text.
 */
import { endsInFence } from '@/markdown/markdown-blocks'

/** A last line that is only the start of a list item, heading, quote, rule or fence. */
const BEGUN_MARK = /(?:^|\n)[ \t]*(?:[-=*+>]{1,3}|#{1,6}|\d{1,9}[.)]?|`{1,3}|~{1,3})[ \t]*$/
const HALF_LINK = /!?\[([^\]\n]*)\]\([^)\n]*$/
const TABLE_DELIMITER = /^\s*\|?(?:\s*:?-+:?\s*\|)+\s*(?::?-+:?\s*)?$/

export function mendTail(block: string): string {
  if (endsInFence(block)) return block
  const text = holdTableHead(block.replace(BEGUN_MARK, '')).replace(HALF_LINK, '$1')
  const paragraph = text.slice(text.lastIndexOf('\n\n') + 1)
  const isTable = /^\s*\|/.test(paragraph)
  return isTable ? text : closeMarks(text, paragraph)
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
  const withoutCode = paragraph.replace(/`[^`\n]*`/g, '')
  if (withoutCode.includes('`')) return `${text}\``
  const withoutStrong = withoutCode.replaceAll('**', '').replace(/^\s*\*\s/gm, '')
  const emphasisIsOpen = /\*(?=\S)[^*\n]*$/.test(withoutStrong) && count(withoutStrong, '*') % 2 === 1
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
