import { withoutContainer } from '@/markdown/syntax/containers'

/** The second line of a table, which makes the first its head. */
const DELIMITER = /^\s*(?:\|\s*)?(?::?-+:?\s*\|\s*)+(?::?-+:?\s*)?$/

/** Whether the line is the second of a table, even within a quotation or a list item. */
export function isTableDelimiter(line: string): boolean {
  return line.includes('|') && DELIMITER.test(withoutContainer(line))
}

/** Whether each of the lines is a row of a table: its head is, its delimiter is not. */
export function findTableRows(lines: readonly string[]): boolean[] {
  const rows = lines.map(() => false)
  let isInTable = false
  for (const [index, line] of lines.entries()) {
    if (withoutContainer(line).trim() === '') isInTable = false
    else if (isInTable) rows[index] = true
    else if (index > 0 && isTableDelimiter(line) && lines[index - 1]?.includes('|')) {
      rows[index - 1] = true
      isInTable = true
    }
  }
  return rows
}
