/** Tables without bars at the edges: their first line is a paragraph until the second is complete. */
import { splitInlineCode } from '@/markdown/code-spans'
import { findFormulas } from '@/markdown/math'
import { cellCount, TABLE_DELIMITER } from '@/markdown/table-lines'

const BEGUN_DELIMITER = /^[ \t>]*[-:|][-:| \t]*$/
/** A longer line is a sentence. */
const LONGEST_HEAD = 200

/** Hides the line that may become the head of a table, from its first bar on. */
export function holdBars(text: string): string {
  const lines = text.replace(/\n$/, '').split('\n')
  const hasDelimiter = lines.length > 1 && BEGUN_DELIMITER.test(lines.at(-1) ?? '')
  const at = lines.length - (hasDelimiter ? 2 : 1)
  const head = lines[at] ?? ''
  if (head.length > LONGEST_HEAD || head.trimStart().startsWith('|') || isRow(lines, at)) return text
  const bar = findBar(head)
  if (bar < 0) return text
  const delimiter = hasDelimiter ? (lines.at(-1) ?? '') : ''
  const isWhole = TABLE_DELIMITER.test(delimiter) && cellCount(delimiter) >= cellCount(head)
  if (isWhole || (hasDelimiter && text.endsWith('\n'))) return text
  return [...lines.slice(0, at), head.slice(0, bar).trimEnd()].join('\n')
}

/** Whether the line is in a table, below its delimiter. */
function isRow(lines: readonly string[], at: number): boolean {
  for (let line = at - 1; line >= 0 && lines[line]?.includes('|'); line -= 1) {
    if (TABLE_DELIMITER.test(lines[line] ?? '')) return true
  }
  return false
}

/** The first bar that separates cells: outside code and formulas, and not escaped. */
function findBar(line: string): number {
  if (!line.includes('|')) return -1
  let offset = 0
  for (const { text, isCode } of splitInlineCode(line)) {
    const formulas = isCode ? [] : findFormulas(text)
    for (let at = 0; at < text.length && !isCode; at += 1) {
      const formula = formulas.find(({ from }) => from === at)
      if (formula) at = formula.to - 1
      else if (text[at] === '\\') at += 1
      else if (text[at] === '|') return offset + at
    }
    offset += text.length
  }
  return -1
}
