/** Tables without bars at the edges: their first line is a paragraph until the second is complete. */
import { splitInlineCode } from '@/markdown/syntax/code-spans'
import { cellCount, findBars } from '@/markdown/tables/table-cells'
import { isTableDelimiter } from '@/markdown/syntax/table-lines'

const UNFINISHED_DELIMITER = /^[ \t>]*[-:|][-:| \t]*$/
/** A longer line is a sentence. */
const MAX_HEAD_LENGTH = 200

/** Hides the line that may become the head of a table, from its first bar on. */
export function holdBars(text: string): string {
  const lines = text.replace(/\n$/, '').split('\n')
  const hasDelimiter = lines.length > 1 && UNFINISHED_DELIMITER.test(lines.at(-1) ?? '')
  const at = lines.length - (hasDelimiter ? 2 : 1)
  const head = lines[at] ?? ''
  if (head.length > MAX_HEAD_LENGTH || head.trimStart().startsWith('|') || isRow(lines, at)) return text
  const bar = findBar(head)
  if (bar < 0) return text
  const delimiter = hasDelimiter ? (lines.at(-1) ?? '') : ''
  const isWhole = isTableDelimiter(delimiter) && cellCount(delimiter) >= cellCount(head)
  if (isWhole || (hasDelimiter && text.endsWith('\n'))) return text
  return [...lines.slice(0, at), head.slice(0, bar).trimEnd()].join('\n')
}

/** Whether the line is in a table, below its head. */
function isRow(lines: readonly string[], at: number): boolean {
  for (let line = at; line > 0 && lines[line]?.includes('|'); line -= 1) {
    if (isTableDelimiter(lines[line] ?? '')) return true
  }
  return false
}

/** The first bar that separates cells, outside code. */
function findBar(line: string): number {
  if (!line.includes('|')) return -1
  let offset = 0
  for (const { text, isCode } of splitInlineCode(line)) {
    const [bar] = isCode ? [] : findBars(text)
    if (bar !== undefined) return offset + bar
    offset += text.length
  }
  return -1
}
