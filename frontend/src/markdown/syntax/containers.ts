/** The beginnings of lines inside quotations and list items, nested in any order. */
export const CONTAINER = /^(?:[ \t]*(?:>|(?:[-*+]|\d{1,9}[.)])(?=[ \t])))*[ \t]*/

export function withoutContainer(line: string): string {
  return line.replace(CONTAINER, '')
}

/** The line inside its innermost quotation. */
export function withoutQuotation(line: string): string {
  const container = CONTAINER.exec(line)?.[0] ?? ''
  return line.slice(container.lastIndexOf('>') + 1)
}

export function beginsListItem(line: string): boolean {
  return /^[ \t]*(?:[-*+]|\d{1,9}[.)])(?:[ \t]|$)/.test(line)
}
